package io.github.palimpsest.execution.memory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.github.palimpsest.api.data.Example;
import io.github.palimpsest.api.data.HostArray;
import io.github.palimpsest.api.discovery.Plugins;
import io.github.palimpsest.api.model.Activation;
import io.github.palimpsest.api.model.AttentionSpec;
import io.github.palimpsest.api.model.DecoderSpec;
import io.github.palimpsest.api.model.FeedForwardSpec;
import io.github.palimpsest.api.model.NormSpec;
import io.github.palimpsest.api.model.Rope;
import io.github.palimpsest.api.model.ScaleSpec;
import io.github.palimpsest.api.parameter.WeightSnapshot;
import io.github.palimpsest.api.random.Streams;
import io.github.palimpsest.decoder.DecoderModel;
import io.github.palimpsest.engine.Seats;
import io.github.palimpsest.engine.StepGraph;
import io.github.palimpsest.engine.Training;
import io.github.palimpsest.engine.device.Device;
import io.github.palimpsest.engine.differentiation.LossChunk;
import io.github.palimpsest.engine.differentiation.Recompute;
import io.github.palimpsest.engine.weights.Compute;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Steps that save memory, against the same steps that do not: a loss in parts against all logits at
 * once, and a frozen base in bfloat16 against one in float32.
 */
@Tag("native")
class SavingStepsTest {
  private static final int VOCABULARY = 40;
  private static final int BATCH = 4;
  private static final int TOKENS = 9;
  private static final String LORA = " + lora(rank=2, target=\".*_proj\\\\.weight\")";

  private static DecoderSpec spec(boolean tied, boolean capped) {
    DecoderSpec.Builder spec =
        DecoderSpec.of(VOCABULARY, 8, 2)
            .attention(AttentionSpec.rotary(2, 4, Rope.of(10_000)))
            .feedForward(FeedForwardSpec.gated(12, Activation.SILU))
            .norm(NormSpec.rms(1e-5))
            .positions(16)
            .tiedHead(tied)
            .initialDeviation(0.3);
    return capped ? spec.scales(ScaleSpec.none().cap(1.5)).build() : spec.build();
  }

  /** Sequences of different lengths, of which some tokens are no targets and others count half. */
  private static List<Example> examples(int step) {
    List<Example> examples = new ArrayList<>();
    RandomGenerator rng = Streams.stream(1, "parts", 0, step);
    for (int row = 0; row < BATCH; row++) {
      int n = TOKENS - row;
      float[] targets = new float[n];
      for (int t = 2; t < n; t++) {
        targets[t] = t % 3 == 0 ? 0.5f : 1;
      }
      TreeMap<String, HostArray> fields = new TreeMap<>();
      fields.put(DecoderModel.IDS, new HostArray.Ints(rng.ints(n, 0, VOCABULARY).toArray(), n));
      fields.put(DecoderModel.TARGETS, new HostArray.Floats(targets, n));
      examples.add(new Example(step + "/" + row, n, fields));
    }
    return examples;
  }

  /** The losses of two steps, and the weights after them. */
  private record Outcome(List<Double> losses, WeightSnapshot weights) {}

  private static Outcome trained(DecoderModel model, String recipe, Training training) {
    return trained(model, recipe, training, initial(model));
  }

  private static WeightSnapshot initial(DecoderModel model) {
    return model.initialWeights(Streams.stream(1, "parts-weights", 0, 0));
  }

  private static Outcome trained(
      DecoderModel model, String recipe, Training training, WeightSnapshot pretrained) {
    try (StepGraph graph =
        StepGraph.firstTask(
            model,
            pretrained,
            Seats.of(Plugins.onClassPath().recipe(recipe)),
            training,
            1,
            Device.CPU,
            TOKENS)) {
      List<Double> losses = new ArrayList<>();
      for (int step = 0; step < 2; step++) {
        losses.add(graph.step(examples(step), step, 2));
      }
      return new Outcome(losses, graph.trainable());
    }
  }

  @ParameterizedTest
  @CsvSource({
    "sgd(lr=0.5), true, false, 1, NOTHING",
    "sgd(lr=0.5), false, true, 1, WIDE",
    "sgd(lr=0.5), true, true, 2, ACTIVATIONS",
    "'sam(rho=0.1, base=sgd(lr=0.5))', true, false, 1, LAYERS",
    "'sam(rho=0.1, base=sgd(lr=0.5))', false, false, 2, NOTHING",
    "sgd(lr=0.5) + lora, true, false, 1, NOTHING",
    "'sam(rho=0.1, space=effective, base=sgd(lr=0.5)) + lora', true, true, 1, WIDE",
    "sgd(lr=0.5) + lora, false, false, 2, ACTIVATIONS",
    "'functional-sam(rho=0.1, base=sgd(lr=0.5))', false, true, 2, NOTHING",
    "'functional-sam(rho=0.1, base=sgd(lr=0.5))', true, false, 1, ACTIVATIONS",
  })
  void lossesAndWeightsAreThoseOfAllLogitsAtOnce(
      String recipe, boolean tied, boolean capped, int accumulation, Recompute recompute) {
    DecoderModel model = new DecoderModel(spec(tied, capped));
    String text = recipe.replace(" + lora", LORA);
    Training whole = new Training(1, 0, BATCH, accumulation, 0).with(recompute);
    Outcome expected = trained(model, text, whole);
    // 36 rows in 4 parts, or 18 in 2
    Outcome found = trained(model, text, whole.with(new LossChunk(9)));
    for (int step = 0; step < 2; step++) {
      assertThat(found.losses().get(step)).isCloseTo(expected.losses().get(step), within(1e-5));
    }
    WeightSnapshot before = initial(model);
    double moved = 0;
    for (String name : expected.weights().names()) {
      float[] a = expected.weights().copy(name);
      float[] b = found.weights().copy(name);
      for (int i = 0; i < a.length; i++) {
        assertThat(b[i]).as("%s[%d]", name, i).isCloseTo(a[i], within(1e-5f));
        if (before.names().contains(name)) {
          moved = Math.max(moved, Math.abs(a[i] - before.read(name).get(i)));
        }
      }
    }
    assertThat(moved)
        .as("the largest change by training")
        .isGreaterThan(text.contains(LORA) ? -1 : 0.01);
  }

  @ParameterizedTest
  @CsvSource({
    "sgd(lr=0.5) + lora, WIDE, FLOAT32, 0",
    "'sam(rho=0.1, space=effective, base=sgd(lr=0.5)) + lora', ACTIVATIONS, FLOAT32, 9",
    "sgd(lr=0.5) + lora, LAYERS, FLOAT32, 9",
    "'functional-sam(rho=0.1, space=effective, base=sgd(lr=0.5)) + lora', WIDE, FLOAT32, 9",
    "sgd(lr=0.5) + lora, ACTIVATIONS, BFLOAT16, 0",
  })
  void aBaseOfNumbersOfBfloat16IsStoredSoWithoutAnyDifference(
      String recipe, Recompute recompute, Compute compute, int chunk) {
    DecoderModel model = new DecoderModel(spec(true, false));
    WeightSnapshot narrow = TinyWeights.inBfloat16(initial(model));
    String text = recipe.replace(" + lora", LORA);
    Training kept =
        Training.epochs(1, BATCH).with(Recompute.NOTHING).with(compute).with(new LossChunk(chunk));
    Outcome wide = trained(model, text, kept, narrow);
    Outcome found = trained(model, text, kept.with(recompute), narrow);
    for (int step = 0; step < 2; step++) {
      assertThat(found.losses().get(step)).isCloseTo(wide.losses().get(step), within(1e-6));
    }
    for (String name : wide.weights().names()) {
      assertThat(found.weights().copy(name))
          .as(name)
          .containsExactly(wide.weights().copy(name), within(5e-6f));
    }
  }
}
