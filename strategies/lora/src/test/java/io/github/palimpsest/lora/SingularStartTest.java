package io.github.palimpsest.lora;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.github.palimpsest.api.PalimpsestException;
import io.github.palimpsest.api.adapter.Adapter;
import io.github.palimpsest.api.adapter.AdapterProvider;
import io.github.palimpsest.api.adapter.BoundAdapter;
import io.github.palimpsest.api.adapter.PeftAdapter;
import io.github.palimpsest.api.adapter.PeftExport;
import io.github.palimpsest.api.adapter.PeftImport;
import io.github.palimpsest.api.adapter.PeftReader;
import io.github.palimpsest.api.data.Example;
import io.github.palimpsest.api.parameter.ParameterSpec;
import io.github.palimpsest.api.parameter.Shape;
import io.github.palimpsest.api.parameter.WeightSnapshot;
import io.github.palimpsest.api.recipe.Value;
import io.github.palimpsest.engine.AdaptedBase;
import io.github.palimpsest.engine.Seats;
import io.github.palimpsest.engine.StepListener;
import io.github.palimpsest.engine.TaskLoop;
import io.github.palimpsest.engine.Training;
import io.github.palimpsest.engine.device.Device;
import io.github.palimpsest.testing.ClassifierModel;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Adapters that are made of singular triples of the kernels. */
@Tag("native")
class SingularStartTest {
  private static final String W = "fc1.weight";

  /** diag(2, 5, 1, 3), 4 by 6: its singular triples are unit vectors, largest in row 1. */
  private static final float[] SIZES = {2, 5, 1, 3};

  private static WeightSnapshot diagonal() {
    TreeMap<String, Shape> shapes = new TreeMap<>();
    TreeMap<String, float[]> values = new TreeMap<>();
    for (ParameterSpec p : LoraTrainingTest.MODEL.parameters()) {
      shapes.put(p.name(), p.shape());
      values.put(p.name(), new float[Math.toIntExact(p.shape().size())]);
    }
    for (int i = 0; i < 4; i++) {
      values.get(W)[i * 6 + i] = SIZES[i];
    }
    return WeightSnapshot.of(shapes, values);
  }

  private static Adapter adapter(AdapterProvider provider, String... settings) {
    Map<String, Value> written = new HashMap<>(Map.of("target", new Value.Text(W)));
    for (String s : settings) {
      String value = s.substring(s.indexOf('=') + 1);
      written.put(
          s.substring(0, s.indexOf('=')),
          value.matches("[0-9.]+")
              ? new Value.Num(Double.parseDouble(value))
              : value.matches("true|false")
                  ? new Value.Flag(Boolean.parseBoolean(value))
                  : Value.Call.word(value));
    }
    return Bench.adapter(provider, written);
  }

  private static BoundAdapter bound(Adapter adapter) {
    return adapter.bind(LoraTrainingTest.MODEL.parameters());
  }

  private static WeightSnapshot based(BoundAdapter bound, WeightSnapshot base) {
    return AdaptedBase.of(LoraTrainingTest.MODEL, base, bound, List.of(), AdaptedBase.rng(1, 0));
  }

  @ParameterizedTest
  @ValueSource(strings = {"pissa", "milora"})
  void a_and_b_start_as_the_largest_or_smallest_triples_and_the_model_as_the_base(String init) {
    for (String scale : List.of("rslora=false", "rslora=true")) {
      BoundAdapter bound =
          bound(adapter(Lora.PROVIDER, "rank=2", "alpha=3", scale, "init=" + init));
      WeightSnapshot base = based(bound, diagonal());
      WeightSnapshot start = bound.initial(base, new Random(1));
      double s = scale.endsWith("true") ? 3 / Math.sqrt(2) : 3 / 2.0;
      double[] part =
          Bench.times(
              Bench.doubles(start.copy(LowRank.a(W))), Bench.doubles(start.copy(LowRank.b(W))), 2);
      for (int i = 0; i < part.length; i++) {
        int row = i / 6;
        boolean isIn = i % 6 == row && SIZES[row] >= 3 == init.equals("pissa");
        assertThat(s * part[i]).as("entry %d", i).isCloseTo(isIn ? SIZES[row] : 0, within(1e-5));
      }
      WeightSnapshot merged = bound.merge(start, base);
      assertThat(merged.names()).isEqualTo(diagonal().names());
      assertThat(merged.copy(W)).as("bit for bit").containsExactly(diagonal().copy(W));
    }
  }

  /** Examples whose inputs use the first places alone, each of them. */
  private static List<Example> corpus(int places) {
    return IntStream.range(0, 2 * places)
        .mapToObj(
            i -> {
              float[] x = new float[4];
              x[i % places] = 1 + i;
              return ClassifierModel.example("corpus/" + i, x, 0, 1);
            })
        .toList();
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2})
  void null_space_starts_as_what_the_corpus_does_not_use_and_the_model_as_the_base(int used) {
    int rank = 4 - used;
    BoundAdapter bound =
        bound(adapter(Lora.PROVIDER, "rank=" + rank, "alpha=3", "init=null-space"));
    WeightSnapshot base =
        AdaptedBase.of(
            LoraTrainingTest.MODEL, diagonal(), bound, corpus(used), AdaptedBase.rng(1, 0));
    WeightSnapshot start = bound.initial(base, new Random(1));
    double[] part =
        Bench.times(
            Bench.doubles(start.copy(LowRank.a(W))), Bench.doubles(start.copy(LowRank.b(W))), rank);
    for (int i = 0; i < part.length; i++) {
      int row = i / 6;
      double expected = i % 6 == row && row >= used ? SIZES[row] : 0;
      assertThat(3.0 / rank * part[i]).as("entry %d", i).isCloseTo(expected, within(1e-5));
    }
    float[] a = start.copy(LowRank.a(W));
    for (int i = 0; i < used * rank; i++) {
      assertThat((double) a[i]).as("A of an input in use").isCloseTo(0, within(1e-6));
    }
    assertThat(bound.merge(start, base).copy(W))
        .as("bit for bit")
        .containsExactly(diagonal().copy(W));
  }

  @Test
  void null_space_looks_at_so_many_examples_of_the_corpus_and_no_more() {
    BoundAdapter bound =
        bound(adapter(Lora.PROVIDER, "rank=3", "alpha=3", "init=null-space", "corpus-examples=1"));
    // the second example uses the second place, but only the first is looked at
    WeightSnapshot base =
        AdaptedBase.of(LoraTrainingTest.MODEL, diagonal(), bound, corpus(2), AdaptedBase.rng(1, 0));
    double[] part =
        Bench.times(
            Bench.doubles(base.copy(LowRank.a0(W))), Bench.doubles(base.copy(LowRank.b0(W))), 3);
    assertThat(part[6 + 1]).isCloseTo(SIZES[1], within(1e-5));
    assertThat(part[0]).isCloseTo(0, within(1e-5));
  }

  @Test
  void null_space_without_a_corpus_is_refused() {
    BoundAdapter bound = bound(adapter(Lora.PROVIDER, "init=null-space", "rank=2"));
    assertThatThrownBy(() -> based(bound, diagonal()))
        .isInstanceOf(PalimpsestException.class)
        .hasMessage(
            "the inputs of kernel 'fc1.weight' are those on a corpus, and the run has none (rule"
                + " corpus)");
  }

  @Test
  void orthogonal_starts_with_both_factors_at_work_and_a_product_of_zero() {
    BoundAdapter bound = bound(adapter(Lora.PROVIDER, "rank=3", "init=orthogonal"));
    WeightSnapshot start = bound.initial(diagonal(), new Random(1));
    double[] a = Bench.doubles(start.copy(LowRank.a(W)));
    double[] b = Bench.doubles(start.copy(LowRank.b(W)));
    for (int i = 0; i < a.length; i++) {
      assertThat(a[i] != 0).as("place %d of A", i % 3).isEqualTo(i % 3 != 1);
    }
    for (int i = 0; i < b.length; i++) {
      assertThat(b[i] != 0).as("place %d of B", i / 6).isEqualTo(i / 6 == 1);
    }
    assertThat(Bench.times(a, b, 3)).containsOnly(0);
  }

  @ParameterizedTest
  @ValueSource(strings = {"lora", "dora", "oplora"})
  void peft_gets_a_plain_adapter_with_the_same_weights(String id) {
    for (String scale : List.of("rslora=false", "rslora=true")) {
      boolean principal = !id.equals("oplora");
      AdapterProvider provider =
          switch (id) {
            case "lora" -> Lora.PROVIDER;
            case "dora" -> Dora.PROVIDER;
            default -> OpLora.PROVIDER;
          };
      BoundAdapter bound =
          bound(adapter(provider, "rank=2", scale, principal ? "init=pissa" : "preserve=2"));
      WeightSnapshot base = based(bound, diagonal());
      WeightSnapshot trained = Bench.random(bound.trainable(), new Random(3));
      PeftAdapter peft = bound.capability(PeftExport.class).orElseThrow().toPeft(trained, base);

      AdapterProvider plain = id.equals("dora") ? Dora.PROVIDER : Lora.PROVIDER;
      Map<String, Value> recipe =
          new HashMap<>(
              plain
                  .capability(PeftReader.class)
                  .flatMap(r -> r.recipe(peft.config()))
                  .orElseThrow()
                  .arguments());
      assertThat(recipe.get("rank")).isEqualTo(new Value.Num(principal ? 4 : 2));
      BoundAdapter taken = bound(Bench.adapter(plain, recipe));
      float[] theirs =
          taken
              .merge(
                  taken
                      .capability(PeftImport.class)
                      .orElseThrow()
                      .fromPeft(peft.tensors(), diagonal()),
                  diagonal())
              .copy(W);
      assertThat(bound.merge(trained, base).copy(W)).containsExactly(theirs, within(1e-4f));
      if (principal) {
        assertThatThrownBy(
                () ->
                    bound.capability(PeftImport.class).orElseThrow().fromPeft(peft.tensors(), base))
            .isInstanceOf(PalimpsestException.class)
            .hasMessageContaining("lora_A.weight' of the adapter has shape [4, 4]")
            .hasMessageContaining("the model needs [2, 4]");
      }
    }
  }

  @Test
  void oplora_leaves_the_preserved_triples_exactly_and_changes_the_rest() {
    BoundAdapter bound = bound(adapter(OpLora.PROVIDER, "rank=2", "preserve=2"));
    WeightSnapshot base = based(bound, diagonal());
    float[] merged = bound.merge(Bench.random(bound.trainable(), new Random(3)), base).copy(W);
    float[] before = diagonal().copy(W);
    for (int i = 0; i < merged.length; i++) {
      // the two largest triples are rows and columns 1 and 3
      boolean kept = i / 6 == 1 || i / 6 == 3 || i % 6 == 1 || i % 6 == 3;
      if (kept) {
        assertThat(merged[i]).as("entry %d", i).isCloseTo(before[i], within(1e-6f));
      } else {
        assertThat(merged[i]).as("entry %d", i).isNotEqualTo(before[i]);
      }
    }
  }

  @Test
  void osf_adds_all_of_its_change_except_in_the_kept_triples() {
    BoundAdapter bound = bound(adapter(Osf.PROVIDER, "keep=0.5"));
    WeightSnapshot base = based(bound, diagonal());
    WeightSnapshot change = Bench.random(bound.trainable(), new Random(3));
    float[] merged = bound.merge(change, base).copy(W);
    float[] before = diagonal().copy(W);
    float[] d = change.copy(Osf.d(W));
    for (int i = 0; i < merged.length; i++) {
      // half of four triples are kept: the largest are rows and columns 1 and 3
      boolean kept = i / 6 == 1 || i / 6 == 3 || i % 6 == 1 || i % 6 == 3;
      assertThat(merged[i])
          .as("entry %d", i)
          .isCloseTo(kept ? before[i] : before[i] + d[i], within(1e-6f));
    }
  }

  @Test
  void a_kernel_with_too_few_triples_is_named() {
    assertThatThrownBy(() -> bound(adapter(Lora.PROVIDER, "rank=5", "init=milora")))
        .isInstanceOf(PalimpsestException.class)
        .hasMessage(
            "setting 'init': milora with rank=5: kernel 'fc1.weight' of shape [4, 6] has 4 singular"
                + " triples");
    assertThatThrownBy(() -> bound(adapter(OpLora.PROVIDER, "preserve=8")))
        .isInstanceOf(PalimpsestException.class)
        .hasMessageContaining("setting 'preserve': 8: kernel 'fc1.weight'");
    assertThatThrownBy(() -> bound(adapter(Lora.PROVIDER, "rank=1", "init=orthogonal")))
        .isInstanceOf(PalimpsestException.class)
        .hasMessage("setting 'init': orthogonal needs rank=2 or more");
    assertThatThrownBy(() -> bound(adapter(Lora.PROVIDER, "rank=2", "alpha=0", "init=pissa")))
        .isInstanceOf(PalimpsestException.class)
        .hasMessage("setting 'init': pissa needs an alpha above 0");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "rank=2 init=pissa",
        "rank=2 init=pissa merge-after-task=true dropout=0.3",
        "rank=2 init=milora dropout=0.3",
        "rank=2 preserve=2",
        "rank=2 preserve=2 merge-after-task=true"
      })
  void a_run_goes_on_from_its_checkpoint_with_the_same_bits(String settings, @TempDir Path folder) {
    AdapterProvider provider = settings.contains("preserve") ? OpLora.PROVIDER : Lora.PROVIDER;
    Seats strategy = Seats.of(LoraTrainingTest.SGD).with(adapter(provider, settings.split(" ")));
    loop(strategy, folder).train(StepListener.NONE);
    TaskLoop resumed = loop(strategy, folder);
    resumed.train(StepListener.NONE);
    TaskLoop whole = loop(strategy, null);
    whole.train(StepListener.NONE);
    float[] first = whole.weights().copy(W);
    whole.train(StepListener.NONE);
    assertThat(resumed.weights().copy(W)).containsExactly(whole.weights().copy(W));
    assertThat(whole.weights().copy(W)).isNotEqualTo(first);
    assertThat(whole.weights().names())
        .containsExactlyElementsOf(
            LoraTrainingTest.MODEL.parameters().stream()
                .map(ParameterSpec::name)
                .sorted()
                .collect(Collectors.toList()));
  }

  private static TaskLoop loop(Seats strategy, @org.jspecify.annotations.Nullable Path folder) {
    return new TaskLoop(
        LoraTrainingTest.MODEL,
        LoraTrainingTest.MODEL.initialWeights(new Random(1)),
        strategy,
        Training.epochs(2, 4),
        7,
        List.of(LoraTrainingTest.task(0), LoraTrainingTest.task(1)),
        Device.CPU,
        folder);
  }
}
