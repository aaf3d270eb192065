package io.github.palimpsest.execution.memory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.withinPercentage;

import io.github.palimpsest.api.data.Example;
import io.github.palimpsest.api.data.HostArray;
import io.github.palimpsest.api.discovery.Plugins;
import io.github.palimpsest.api.discovery.Recipe;
import io.github.palimpsest.api.model.Activation;
import io.github.palimpsest.api.model.AttentionSpec;
import io.github.palimpsest.api.model.DecoderSpec;
import io.github.palimpsest.api.model.FeedForwardSpec;
import io.github.palimpsest.api.model.NormPlace;
import io.github.palimpsest.api.model.NormSpec;
import io.github.palimpsest.api.model.Rope;
import io.github.palimpsest.api.parameter.WeightSnapshot;
import io.github.palimpsest.api.random.Streams;
import io.github.palimpsest.decoder.DecoderModel;
import io.github.palimpsest.engine.Seats;
import io.github.palimpsest.engine.StepGraph;
import io.github.palimpsest.engine.Training;
import io.github.palimpsest.engine.device.Device;
import io.github.palimpsest.engine.differentiation.LossChunk;
import io.github.palimpsest.engine.differentiation.Recompute;
import io.github.palimpsest.engine.weights.SlotPlace;
import io.github.palimpsest.engine.weights.SlotStorage;
import io.github.palimpsest.engine.weights.SlotType;
import io.github.palimpsest.experiment.subject.ScoredBatch;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import java.util.random.RandomGenerator;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * The equation against its terms, and its temporary values against the allocations that the runtime
 * records, which do not depend on the load of the machine.
 */
@Tag("native")
class PeakModelTest {
  private static final int BATCH = 4;
  private static final int TOKENS = 48;
  private static final int STEPS = 10;
  private static final int WIDTH = 64;
  private static final int VOCABULARY = 1500;
  private static final String LORA = " + lora(rank=2, target=\".*_proj\\\\.weight\")";
  private static final Set<String> TEMPORARY =
      Set.of("point", "activations", "logits", "head", "part", "layer", "update", "widened");

  /** Llama's, or another family's variations of it. */
  private static DecoderSpec spec(String family, int vocabulary) {
    AttentionSpec attention = AttentionSpec.rotary(8, 8, Rope.of(10_000)).keyValueHeads(2);
    DecoderSpec.Builder spec = DecoderSpec.of(vocabulary, WIDTH, 6).positions(64);
    return (switch (family) {
          case "gpt2" ->
              spec.attention(AttentionSpec.without(8, 8).biased(true, true))
                  .feedForward(FeedForwardSpec.plain(256, Activation.GELU_TANH).biased(true))
                  .norm(NormSpec.layer(1e-5))
                  .learnedPositions(true)
                  .tiedHead(true);
          case "gemma2" ->
              spec.attention(attention)
                  .feedForward(FeedForwardSpec.gated(172, Activation.GELU_TANH))
                  .norm(NormSpec.rms(1e-5), NormPlace.AROUND)
                  .tiedHead(true);
          case "qwen3" ->
              spec.attention(attention.normed(AttentionSpec.Normed.HEADS))
                  .feedForward(FeedForwardSpec.gated(172, Activation.SILU))
                  .norm(NormSpec.rms(1e-5));
          default ->
              spec.attention(attention)
                  .feedForward(FeedForwardSpec.gated(172, Activation.SILU))
                  .norm(NormSpec.rms(1e-5));
        })
        .build();
  }

  private static Workload workload(String family, String recipe, Recompute recompute) {
    Training training = Training.epochs(1, BATCH).with(recompute);
    Recipe read = Plugins.onClassPath().recipe(recipe);
    DecoderModel model = new DecoderModel(spec(family, VOCABULARY));
    return new Workload(model, read, training, TOKENS, 1, List.of(new ScoredBatch(2, 8, false)));
  }

  private static long part(MemoryEstimate of, String name) {
    return of.parts().stream()
        .filter(p -> p.name().equals(name))
        .mapToLong(MemoryEstimate.Part::bytes)
        .sum();
  }

  private static List<Example> examples() {
    List<Example> examples = new ArrayList<>();
    RandomGenerator rng = Streams.stream(1, "memory", 0, 0);
    for (int row = 0; row < BATCH; row++) {
      float[] targets = new float[TOKENS];
      Arrays.fill(targets, 1, TOKENS, 1);
      TreeMap<String, HostArray> fields = new TreeMap<>();
      int[] ids = rng.ints(TOKENS, 0, VOCABULARY).toArray();
      fields.put(DecoderModel.IDS, new HostArray.Ints(ids, TOKENS));
      fields.put(DecoderModel.TARGETS, new HostArray.Floats(targets, TOKENS));
      examples.add(new Example("e/" + row, TOKENS, fields));
    }
    return examples;
  }

  @ParameterizedTest
  @CsvSource({
    "llama, adamw, NOTHING",
    "llama, sam, NOTHING",
    "llama, lora, NOTHING",
    "llama, adamw, WIDE",
    "llama, sam, WIDE",
    "llama, adamw, ACTIVATIONS",
    "llama, sam, ACTIVATIONS",
    "llama, adamw, LAYERS",
    "gpt2, adamw, NOTHING",
    "gemma2, adamw, NOTHING",
    "qwen3, adamw, NOTHING"
  })
  void the_temporary_values_of_a_step_are_those_that_the_runtime_allocates(
      String family, String recipe, Recompute recompute) {
    String text = recipe.equals("lora") ? "adamw" + LORA : recipe;
    assertRecorded(workload(family, text, recompute));
  }

  @ParameterizedTest
  @CsvSource({
    "llama, adamw, NOTHING",
    "llama, sam, WIDE",
    "llama, lora, NOTHING",
    "gemma2, adamw, ACTIVATIONS"
  })
  void those_of_a_loss_in_parts_have_the_logits_of_one_part(
      String family, String recipe, Recompute recompute) {
    String text = recipe.equals("lora") ? "adamw" + LORA : recipe;
    Workload w = workload(family, text, recompute);
    DecoderModel wide = new DecoderModel(spec(family, 8000));
    Training inParts = w.training().with(new LossChunk(24));
    Workload cut = new Workload(wide, w.recipe(), inParts, TOKENS, 1, w.scored());
    assertThat(part(PeakModel.of(cut), "logits")).isBetween(24L * 4 * 8000, 2L * 24 * 4 * 8000);
    assertRecorded(cut);
  }

  @ParameterizedTest
  @CsvSource({"WIDE", "ACTIVATIONS"})
  void of_a_frozen_base_in_bfloat16_only_the_table_and_two_kernels_are_wide_at_a_time(
      Recompute recompute) {
    Workload w = workload("llama", "adamw" + LORA, recompute);
    Training one = Training.epochs(1, 1).with(recompute);
    Workload narrow = new Workload(w.model(), w.recipe(), one, TOKENS, 1, w.scored(), true);
    WeightSnapshot initial = initial(w.model());
    assertRecorded(narrow, TinyWeights.inBfloat16(initial), examples().subList(0, 1));
    long matrices = 2L * VOCABULARY * WIDTH + 6 * (2 * 64 * 64 + 2 * 64 * 16 + 3 * 64 * 172);
    assertThat(part(PeakModel.of(w), "weights") - part(PeakModel.of(narrow), "weights"))
        .as("half of the matrices")
        .isEqualTo(2 * matrices);
  }

  private static WeightSnapshot initial(DecoderModel model) {
    return model.initialWeights(Streams.stream(1, "memory-weights", 0, 0));
  }

  private static void assertRecorded(Workload w) {
    assertRecorded(w, initial(w.model()), examples());
  }

  private static void assertRecorded(Workload w, WeightSnapshot weights, List<Example> examples) {
    long predicted =
        PeakModel.of(w).parts().stream()
            .filter(p -> TEMPORARY.contains(p.name()))
            .mapToLong(MemoryEstimate.Part::bytes)
            .sum();
    try (StepGraph graph =
        StepGraph.firstTask(
            w.model(), weights, Seats.of(w.recipe()), w.training(), 1, Device.CPU, TOKENS)) {
      graph.step(examples, 0, STEPS);
      // the order of independent operations, and with it the peak, differs from step to step
      long recorded =
          LongStream.range(1, STEPS)
              .map(step -> graph.temporaryBytes(examples, step, STEPS))
              .min()
              .orElseThrow();
      assertThat((double) predicted)
          .as("predicted, and recorded by the runtime")
          .isCloseTo(recorded, withinPercentage(15));
    }
  }

  @Test
  void the_parts_are_those_of_the_equation() {
    Workload w = workload("llama", "sam", Recompute.NOTHING);
    MemoryEstimate full = PeakModel.of(w);
    long kernels = 6 * (64 * 64 + 2 * 64 * 16 + 64 * 64 + 3 * 64 * 172);
    long weights = 2 * VOCABULARY * WIDTH + kernels + 13 * WIDTH;
    assertThat(part(full, "weights")).isEqualTo(4 * weights);
    assertThat(part(full, "slots")).as("two moments").isEqualTo(2 * 4 * weights);
    assertThat(part(full, "point")).as("w + e").isEqualTo(4 * weights);
    long tokens = BATCH * TOKENS;
    // norms 4 d, q, k and v, softmax of 8 heads, mixed values, gate, sigmoid, product, up, inner
    long layer = 4 * 64 + 64 + 2 * 16 + 8 * TOKENS + 64 + 5 * 172;
    assertThat(part(full, "activations")).isEqualTo(4 * tokens * 6 * layer);
    assertThat(full.bytes())
        .isEqualTo(full.parts().stream().mapToLong(MemoryEstimate.Part::bytes).sum());
    Workload adapted = workload("llama", "adamw" + LORA, Recompute.NOTHING);
    long lora = 6 * 2 * (2 * (64 + 64) + 2 * (64 + 16) + 3 * (64 + 172));
    assertThat(part(PeakModel.of(adapted), "weights")).isEqualTo(4 * (weights + lora));
    assertThat(part(PeakModel.of(adapted), "slots")).isEqualTo(2 * 4 * lora);
  }

  @Test
  void directions_that_clora_draws_are_counted_where_there_are_more_dimensions() {
    String clora = "adamw" + LORA + " + clora(k=20)";
    // of each layer: q, k, v, o, gate, up and down; k and v write 16 dimensions, fewer than 20
    long sides = (64 + 64) + 2 * 64 + (64 + 64) + 3 * (64 + 172);
    MemoryEstimate with = PeakModel.of(workload("llama", clora, Recompute.NOTHING));
    MemoryEstimate without = PeakModel.of(workload("llama", "adamw" + LORA, Recompute.NOTHING));
    assertThat(part(with, "drawn")).isEqualTo(4 * 6 * 20 * sides);
    assertThat(with.bytes() - without.bytes()).isEqualTo(part(with, "drawn"));
  }

  @Test
  void accumulation_takes_a_sum_for_each_pass_and_the_values_of_one_micro_batch() {
    Workload w = workload("llama", "sam", Recompute.NOTHING);
    Workload cut =
        new Workload(w.model(), w.recipe(), new Training(1, 0, BATCH, 4, 0), TOKENS, 1, w.scored());
    MemoryEstimate whole = PeakModel.of(w);
    MemoryEstimate summed = PeakModel.of(cut);
    assertThat(part(summed, "sums"))
        .as("the gradient of the ascent is given up when its point is stored")
        .isEqualTo(part(whole, "weights"));
    assertThat(part(summed, "stored point")).isEqualTo(part(whole, "point"));
    assertThat(part(summed, "activations")).isEqualTo(part(whole, "activations") / 4);
  }

  @ParameterizedTest
  @CsvSource({
    "adamw, 1",
    "sam, 2",
    "asam, 2",
    "sam-on, 2",
    "fisher-sam, 2",
    "gsam, 3",
    "'sam(parts=2)', 4"
  })
  void sums_and_stored_points_are_at_most_those_of_the_equation(String recipe, int copies) {
    Workload w = workload("llama", recipe, Recompute.LAYERS);
    Training cut = new Training(1, 0, BATCH, 2, 0).with(Recompute.LAYERS);
    MemoryEstimate predicted =
        PeakModel.of(new Workload(w.model(), w.recipe(), cut, TOKENS, 1, w.scored()));
    long parts = part(predicted, "sums") + part(predicted, "stored point");
    assertThat(parts).isEqualTo(copies * part(predicted, "weights"));
    try (StepGraph graph =
        StepGraph.firstTask(
            w.model(), initial(w.model()), Seats.of(w.recipe()), cut, 1, Device.CPU, TOKENS)) {
      assertThat(4 * graph.accumulatedFloats(0)).isLessThanOrEqualTo(parts);
    }
  }

  @Test
  void slots_in_bfloat16_take_half_and_slots_on_the_host_none_of_a_device() {
    Workload w = workload("llama", "adamw", Recompute.NOTHING);
    SlotStorage narrow = SlotStorage.DEFAULT.with(SlotType.BFLOAT16);
    MemoryEstimate whole = PeakModel.of(w);
    MemoryEstimate half = PeakModel.of(stored(w, narrow));
    assertThat(part(half, "slots")).isEqualTo(part(whole, "slots") / 2);
    MemoryEstimate apart = PeakModel.of(stored(w, narrow.with(SlotPlace.HOST)));
    assertThat(apart.bytes()).as("of the process").isEqualTo(half.bytes());
    assertThat(DeviceMemory.ofDevice(apart).bytes())
        .isEqualTo(DeviceMemory.ofDevice(half).bytes() - part(half, "slots"));
    assertThat(DeviceMemory.ofDevice(apart).parts())
        .extracting(MemoryEstimate.Part::name)
        .doesNotContain("slots", "host slots");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "galore",
        "sam(base=galore(rank=16, interval=3))",
        "galore" + LORA,
        "shampoo",
        "shampoo(interval=5, max-side=100)" + LORA,
        "masked(roles=vectors)",
        "masked(roles=kernels, base=galore)",
        "adamw"
      })
  void the_predicted_slots_are_those_that_a_step_keeps(String recipe) {
    Workload w = workload("llama", recipe, Recompute.NOTHING);
    try (StepGraph graph =
        StepGraph.firstTask(
            w.model(),
            initial(w.model()),
            Seats.of(w.recipe()),
            w.training(),
            1,
            Device.CPU,
            TOKENS)) {
      assertThat(part(PeakModel.of(w), "slots")).isEqualTo(4 * graph.slotFloats());
    }
    if (recipe.startsWith("galore")) {
      MemoryEstimate half = PeakModel.of(stored(w, SlotStorage.DEFAULT.with(SlotType.BFLOAT16)));
      assertThat(part(half, "slots")).isEqualTo(part(PeakModel.of(w), "slots") / 2);
    }
  }

  private static Workload stored(Workload w, SlotStorage slots) {
    return new Workload(w.model(), w.recipe(), w.training().with(slots), TOKENS, 1, w.scored());
  }

  @Test
  void a_large_batch_of_scores_needs_more_than_training() {
    Workload w = workload("llama", "adamw", Recompute.NOTHING);
    MemoryEstimate scoring =
        PeakModel.of(
            new Workload(
                w.model(),
                w.recipe(),
                w.training(),
                2,
                1,
                List.of(new ScoredBatch(16, 64, false))));
    assertThat(scoring.moment()).isEqualTo("scoring");
    assertThat(part(scoring, "logits"))
        .as("logits and softmax of 16 examples")
        .isEqualTo(2L * 4 * 16 * 64 * VOCABULARY);
  }

  @Test
  void workers_that_do_not_fit_are_warned_of_with_the_number_that_does() {
    assertThat(MachineMemory.warning(2, 500, 1000)).isEmpty();
    assertThat(MachineMemory.warning(3, 500_000_000, 1_000_000_000).orElseThrow())
        .isEqualTo(
            "3 workers of about 500 MB need more than the 1,000 MB of this machine: at most"
                + " --workers 2 fit");
    assertThat(MachineMemory.warning(1, 2_000_000_000, 1_000_000_000).orElseThrow())
        .startsWith("1 worker of about 2,000 MB needs more than the 1,000 MB of this machine:")
        .contains("smaller batch");
    assertThat(MachineMemory.bytes()).isPositive();
  }
}
