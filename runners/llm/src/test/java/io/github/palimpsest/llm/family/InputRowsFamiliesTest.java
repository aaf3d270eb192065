package io.github.palimpsest.llm.family;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.palimpsest.api.PalimpsestException;
import io.github.palimpsest.api.adapter.Adapter;
import io.github.palimpsest.api.adapter.BoundAdapter;
import io.github.palimpsest.api.adapter.InputRows;
import io.github.palimpsest.api.data.Example;
import io.github.palimpsest.api.data.HostArray;
import io.github.palimpsest.api.data.TaskData;
import io.github.palimpsest.api.model.ModelFamilyProvider;
import io.github.palimpsest.api.optimizer.Optimizer;
import io.github.palimpsest.api.optimizer.Updates;
import io.github.palimpsest.api.parameter.ParameterSpec;
import io.github.palimpsest.api.parameter.Params;
import io.github.palimpsest.api.parameter.Shape;
import io.github.palimpsest.api.parameter.WeightSnapshot;
import io.github.palimpsest.api.parameter.Weights;
import io.github.palimpsest.decoder.DecoderModel;
import io.github.palimpsest.decoder.Generator;
import io.github.palimpsest.decoder.Sampling;
import io.github.palimpsest.decoder.config.FamilyConfig;
import io.github.palimpsest.engine.Seats;
import io.github.palimpsest.engine.StepListener;
import io.github.palimpsest.engine.TaskLoop;
import io.github.palimpsest.engine.Training;
import io.github.palimpsest.engine.device.Device;
import io.github.palimpsest.engine.differentiation.LossChunk;
import io.github.palimpsest.engine.differentiation.Recompute;
import io.github.palimpsest.engine.inference.Inference;
import io.github.palimpsest.llm.example.Packing;
import io.github.palimpsest.llm.score.LogLikelihoods;
import io.github.palimpsest.llm.score.Logits;
import io.github.palimpsest.llm.score.ModelLogLikelihoods;
import io.github.palimpsest.llm.score.TokenLogProbabilities;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.tensorflow.op.Ops;

/**
 * Rows before the input that are those of real tokens give what a sequence gives that begins with
 * these tokens: in every family, so with windows of 4 tokens, learned positions, scaled embeddings,
 * two rotations and layers without any.
 */
@Tag("native")
class InputRowsFamiliesTest {
  /** Less than the windows of the families, so that some tokens see the rows and some do not. */
  private static final int[] FIRST = {5, 3, 8};

  static Stream<ModelFamilyProvider> families() {
    return new FamiliesPlugin().families().stream();
  }

  private static DecoderModel model(ModelFamilyProvider provider) {
    return model(provider, config -> {});
  }

  private static DecoderModel model(ModelFamilyProvider provider, Consumer<ObjectNode> change) {
    try {
      FamilyConfig family = FamilyConfig.of(provider);
      ObjectNode config = (ObjectNode) new ObjectMapper().readTree(family.family().example());
      change.accept(config);
      return new DecoderModel(family.read("config.json", config));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Weights of ordinary size, so that each place matters. */
  private static WeightSnapshot weights(DecoderModel model) {
    WeightSnapshot drawn = model.initialWeights(new Random(3));
    TreeMap<String, Shape> shapes = new TreeMap<>();
    TreeMap<String, float[]> values = new TreeMap<>();
    for (String name : drawn.names()) {
      float[] v = drawn.copy(name);
      boolean matrix = drawn.shape(name).rank() == 2;
      for (int i = 0; i < v.length; i++) {
        v[i] *= matrix ? (float) (0.3 / model.spec().initialDeviation()) : 1;
      }
      shapes.put(name, drawn.shape(name));
      values.put(name, v);
    }
    return WeightSnapshot.of(shapes, values);
  }

  /** The weights with the rows of the first tokens before the input. */
  static WeightSnapshot withRows(DecoderModel model, WeightSnapshot weights, int[] first) {
    int width = model.spec().width();
    float[] table = weights.copy(model.inputTable());
    float[] rows = new float[first.length * width];
    for (int i = 0; i < first.length; i++) {
      System.arraycopy(table, first[i] * width, rows, i * width, width);
    }
    TreeMap<String, Shape> shapes = new TreeMap<>();
    weights.names().forEach(name -> shapes.put(name, weights.shape(name)));
    String own = InputRows.name(model.inputTable());
    shapes.put(own, Shape.of(first.length, width));
    return WeightSnapshot.computed(shapes, name -> name.equals(own) ? rows : weights.copy(name));
  }

  private static int[] ids(int number, int length, int vocabulary) {
    return IntStream.range(0, length).map(i -> (7 * i + 3 * number + 1) % vocabulary).toArray();
  }

  /** A token is a target unless its place is a multiple of 3, and the first one never. */
  private static Example example(int number, int[] first, int[] ids) {
    int[] all = IntStream.concat(Arrays.stream(first), Arrays.stream(ids)).toArray();
    float[] targets = new float[all.length];
    for (int i = 1; i < ids.length; i++) {
      targets[first.length + i] = i % 3 == 0 ? 0 : 1;
    }
    return new Example(
        "t/" + number,
        all.length,
        new TreeMap<>(
            Map.of(
                DecoderModel.IDS, new HostArray.Ints(all, all.length),
                DecoderModel.TARGETS, new HostArray.Floats(targets, all.length))));
  }

  private static List<Example> examples(DecoderModel model, int[] first) {
    int vocabulary = model.spec().vocabulary();
    return List.of(
        example(0, first, ids(1, 9, vocabulary)),
        example(1, first, ids(2, 5, vocabulary)),
        example(2, first, ids(1, 7, vocabulary)));
  }

  private static void same(
      List<LogLikelihoods.Outcome> actual, List<LogLikelihoods.Outcome> expected) {
    for (int i = 0; i < expected.size(); i++) {
      assertThat(actual.get(i).nats())
          .as("example " + i)
          .isCloseTo(expected.get(i).nats(), within(2e-5 * Math.max(1, expected.get(i).nats())));
      assertThat(actual.get(i).targets()).isEqualTo(expected.get(i).targets());
      assertThat(actual.get(i).right()).isEqualTo(expected.get(i).right());
    }
  }

  @ParameterizedTest
  @MethodSource("families")
  void losses_are_those_of_a_sequence_that_begins_with_these_tokens(ModelFamilyProvider provider) {
    DecoderModel model = model(provider);
    WeightSnapshot weights = weights(model);
    try (ModelLogLikelihoods plain = new ModelLogLikelihoods(model, weights, Device.CPU, 4);
        ModelLogLikelihoods rows =
            new ModelLogLikelihoods(model, withRows(model, weights, FIRST), Device.CPU, 4)) {
      List<LogLikelihoods.Outcome> expected = plain.of(examples(model, FIRST));
      same(rows.of(examples(model, new int[0])), expected);
      same(rows.sharing().of(examples(model, new int[0])), expected);
      assertThat(plain.of(examples(model, new int[0])).get(0).nats())
          .as("the rows matter")
          .isNotCloseTo(expected.get(0).nats(), within(1e-3));
    }
  }

  @ParameterizedTest
  @MethodSource("families")
  void a_pack_has_the_losses_of_its_sequences_after_the_rows(ModelFamilyProvider provider) {
    DecoderModel model = model(provider);
    WeightSnapshot rows = withRows(model, weights(model), FIRST);
    List<Example> single = examples(model, new int[0]);
    List<Example> packs = Packing.of(single, 14);
    assertThat(packs).as("9 + 5 tokens, then 7 tokens and padding").hasSize(2);
    try (ModelLogLikelihoods alone = new ModelLogLikelihoods(model, rows, Device.CPU, 4);
        ModelLogLikelihoods packed = new ModelLogLikelihoods(model.packed(), rows, Device.CPU, 4)) {
      double expected = alone.of(single).stream().mapToDouble(LogLikelihoods.Outcome::nats).sum();
      assertThat(packed.of(packs).stream().mapToDouble(LogLikelihoods.Outcome::nats).sum())
          .isCloseTo(expected, within(1e-5 * expected));
    }
  }

  @ParameterizedTest
  @MethodSource("families")
  void logits_are_those_of_the_tokens_places(ModelFamilyProvider provider) {
    DecoderModel model = model(provider);
    WeightSnapshot weights = weights(model);
    int vocabulary = model.spec().vocabulary();
    int[] ids = ids(2, 6, vocabulary);
    int[] all = IntStream.concat(Arrays.stream(FIRST), Arrays.stream(ids)).toArray();
    float[] expected = Logits.of(model, weights, List.of(all)).get(0);
    WeightSnapshot rows = withRows(model, weights, FIRST);
    float[] actual = Logits.of(model, rows, List.of(ids)).get(0);
    assertThat(actual)
        .hasSize(ids.length * vocabulary)
        .containsExactly(
            Arrays.copyOfRange(expected, FIRST.length * vocabulary, expected.length),
            within(2e-4f));
    try (Inference plain = new Inference(model.parameters(), weights, Device.CPU);
        Inference before = new Inference(model.parameters(), rows, Device.CPU)) {
      double[] tokens = new TokenLogProbabilities(model, plain).of(List.of(all), 2).get(0).tokens();
      assertThat(
              Arrays.copyOfRange(
                  new TokenLogProbabilities(model, before).of(List.of(ids), 2).get(0).tokens(),
                  1,
                  ids.length))
          .containsExactly(
              Arrays.copyOfRange(tokens, FIRST.length + 1, tokens.length), within(1e-4));
    }
  }

  @ParameterizedTest
  @MethodSource("families")
  void generation_with_the_cache_is_that_after_these_tokens_and_without_a_cache(
      ModelFamilyProvider provider) {
    DecoderModel model = model(provider);
    WeightSnapshot weights = weights(model);
    WeightSnapshot rows = withRows(model, weights, FIRST);
    int vocabulary = model.spec().vocabulary();
    List<int[]> prompts = List.of(ids(1, 5, vocabulary), ids(2, 2, vocabulary));
    List<int[]> longer =
        prompts.stream()
            .map(p -> IntStream.concat(Arrays.stream(FIRST), Arrays.stream(p)).toArray())
            .toList();
    List<int[]> found;
    try (Generator plain = new Generator(model, weights, Device.CPU);
        Generator before = new Generator(model, rows, Device.CPU)) {
      List<int[]> expected = plain.generate(longer, 6, id -> false, Sampling.GREEDY, new Random(1));
      found = before.generate(prompts, 6, id -> false, Sampling.GREEDY, new Random(1));
      for (int i = 0; i < prompts.size(); i++) {
        assertThat(found.get(i)).as("prompt " + i).containsExactly(expected.get(i));
      }
      WeightSnapshot others = withRows(model, weights, new int[] {1, 9, 4});
      before.load(others); // the cache of the rows is that of the new weights
      int[] again = before.generate(prompts.get(0), 6, id -> false, Sampling.GREEDY, new Random(1));
      assertThat(again).containsExactly(withoutCache(model, others, prompts.get(0), 6));
    }
    assertThat(found.get(0)).containsExactly(withoutCache(model, rows, prompts.get(0), 6));
  }

  private static int[] withoutCache(
      DecoderModel model, WeightSnapshot weights, int[] prompt, int most) {
    int vocabulary = model.spec().vocabulary();
    int[] all = prompt;
    for (int t = 0; t < most; t++) {
      float[] logits = Logits.of(model, weights, List.of(all)).get(0);
      int from = (all.length - 1) * vocabulary;
      int best = 0;
      for (int id = 1; id < vocabulary; id++) {
        best = logits[from + id] > logits[from + best] ? id : best;
      }
      all = Arrays.copyOf(all, all.length + 1);
      all[all.length - 1] = best;
    }
    return Arrays.copyOfRange(all, prompt.length, all.length);
  }

  /** Puts rows before the input, which begin as rows of the table. */
  private record Rows(int[] first) implements Adapter {
    @Override
    public BoundAdapter bind(List<ParameterSpec> base) {
      InputRows rows = InputRows.of(base.get(0), first.length);
      ParameterSpec p = rows.parameter();
      return new BoundAdapter() {
        @Override
        public List<ParameterSpec> trainable() {
          return List.of(p);
        }

        @Override
        public Optional<InputRows> inputRows() {
          return Optional.of(rows);
        }

        @Override
        public WeightSnapshot initial(WeightSnapshot from, RandomGenerator rng) {
          float[] table = from.copy(rows.table());
          int width = (int) p.shape().get(1);
          float[] values = new float[first.length * width];
          for (int i = 0; i < first.length; i++) {
            System.arraycopy(table, first[i] * width, values, i * width, width);
          }
          return WeightSnapshot.of(Map.of(p.name(), p.shape()), Map.of(p.name(), values));
        }

        @Override
        public Weights effective(Ops tf, Params trainable, Weights from) {
          return InputRows.on(from, rows.table(), trainable.tensors().get(p.name()));
        }

        @Override
        public WeightSnapshot merge(WeightSnapshot trainable, WeightSnapshot from) {
          TreeMap<String, Shape> shapes = new TreeMap<>(Map.of(p.name(), p.shape()));
          base.forEach(b -> shapes.put(b.name(), b.shape()));
          return WeightSnapshot.computed(
              shapes, name -> name.equals(p.name()) ? trainable.copy(name) : from.copy(name));
        }
      };
    }
  }

  private static WeightSnapshot afterAStep(
      DecoderModel model, WeightSnapshot start, Seats seats, List<Example> examples, Training how) {
    TaskLoop loop =
        new TaskLoop(
            model, start, seats, how, 7, List.of(TaskData.of(0, "t", examples)), Device.CPU, null);
    loop.train(StepListener.NONE);
    return loop.weights();
  }

  /** A step of descent moves a row as it moves the row of a token that is read there alone. */
  @ParameterizedTest
  @MethodSource("families")
  void a_step_moves_a_row_as_the_token_in_its_place(ModelFamilyProvider provider) {
    // the head would move the rows of a tied table as well
    DecoderModel model = model(provider, config -> config.put("tie_word_embeddings", false));
    assertThat(model.spec().tiedHead()).isFalse();
    WeightSnapshot start = weights(model);
    int vocabulary = model.spec().vocabulary();
    int[] first = {vocabulary - 1, vocabulary - 2, vocabulary - 3};
    List<Example> longer =
        List.of(
            example(0, first, ids(1, 9, vocabulary - 3)),
            example(1, first, ids(2, 5, vocabulary - 3)));
    List<Example> examples =
        List.of(
            example(0, new int[0], ids(1, 9, vocabulary - 3)),
            example(1, new int[0], ids(2, 5, vocabulary - 3)));
    Optimizer sgd =
        c ->
            new Updates(
                c.oracle().gradient(c.params()).tensors().scale(c.tf(), c.tf().constant(-1f)));
    Training whole = Training.epochs(1, 2);
    int width = model.spec().width();
    float[] before = start.copy(model.inputTable());
    float[] table = afterAStep(model, start, Seats.of(sgd), longer, whole).copy(model.inputTable());
    for (Training how :
        List.of(
            whole,
            whole.with(Recompute.LAYERS),
            whole.with(Recompute.ACTIVATIONS).with(new LossChunk(4)),
            new Training(1, 0, 2, 2, 0))) {
      WeightSnapshot after =
          afterAStep(model, start, Seats.of(sgd).with(new Rows(first)), examples, how);
      float[] rows = after.copy(InputRows.name(model.inputTable()));
      for (int i = 0; i < first.length; i++) {
        double moved = 0;
        for (int j = 0; j < width; j++) {
          int at = first[i] * width + j;
          assertThat(rows[i * width + j])
              .as("row %d, number %d, %s", i, j, how)
              .isCloseTo(table[at], within(2e-5f));
          moved += Math.abs(table[at] - before[at]);
        }
        assertThat(moved).as("row " + i).isGreaterThan(1e-4);
      }
      assertThat(after.copy(model.inputTable())).containsExactly(before);
    }
  }

  @ParameterizedTest
  @MethodSource("families")
  void the_rows_take_positions_of_the_model(ModelFamilyProvider provider) {
    DecoderModel model = model(provider);
    WeightSnapshot rows = withRows(model, weights(model), FIRST);
    int left = model.places() - FIRST.length;
    int vocabulary = model.spec().vocabulary();
    Example fits = example(7, new int[0], ids(1, left + 1, vocabulary));
    Example longer = example(8, new int[0], ids(1, left + 2, vocabulary));
    try (ModelLogLikelihoods scorer = new ModelLogLikelihoods(model, rows, Device.CPU, 4);
        Generator generator = new Generator(model, rows, Device.CPU)) {
      assertThat(scorer.of(List.of(fits)).get(0).nats()).isPositive();
      for (LogLikelihoods each : List.of(scorer, scorer.sharing())) {
        assertThatThrownBy(() -> each.of(List.of(longer)))
            .isInstanceOf(PalimpsestException.class)
            .hasMessageContaining(
                "example 't/8' has %d tokens; after the 3 rows of the adapter the model takes 1 to"
                    .formatted(left + 2));
      }
      assertThat(
              generator.generate(
                  ids(1, left - 2, vocabulary), 9, id -> false, Sampling.GREEDY, new Random(1)))
          .as("tokens until the positions run out")
          .hasSize(2);
      assertThatThrownBy(
              () ->
                  generator.generate(
                      ids(1, left + 1, vocabulary), 1, id -> false, Sampling.GREEDY, new Random(1)))
          .isInstanceOf(PalimpsestException.class)
          .hasMessageContaining("after the 3 rows of an adapter");
    }
  }
}
