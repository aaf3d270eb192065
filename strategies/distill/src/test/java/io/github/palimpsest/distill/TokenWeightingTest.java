package io.github.palimpsest.distill;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.github.palimpsest.api.data.Example;
import io.github.palimpsest.api.data.HostArray;
import io.github.palimpsest.api.optimizer.Optimizer;
import io.github.palimpsest.api.optimizer.Updates;
import io.github.palimpsest.api.parameter.WeightSnapshot;
import io.github.palimpsest.api.regularizer.Regularizer;
import io.github.palimpsest.engine.Seats;
import io.github.palimpsest.engine.StepGraph;
import io.github.palimpsest.engine.Training;
import io.github.palimpsest.engine.device.Device;
import io.github.palimpsest.testing.ClassifierModel;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.ToDoubleBiFunction;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Weights of tokens against a step worked out by hand. */
@Tag("native")
class TokenWeightingTest {
  private static final int CLASSES = 3;
  private static final ClassifierModel MODEL = new ClassifierModel(4, 6, CLASSES);
  private static final WeightSnapshot START = MODEL.initialWeights(new Random(1));

  /** Twelve examples that stand for 1, 2 or 3 target tokens. */
  private static final List<Example> BATCH = MODEL.randomTask(0, 3).examples();

  private static final Optimizer SGD =
      c ->
          new Updates(
              c.oracle().gradient(c.params()).tensors().scale(c.tf(), c.tf().constant(-0.2f)));

  /** The loss of one step, and what it moved the last bias by. */
  private record Step(double loss, double[] moved) {}

  private static Step step(int accumulation, Regularizer... weightings) {
    Map<String, Regularizer> all = new LinkedHashMap<>();
    Seats seats = Seats.of(SGD);
    for (Regularizer r : weightings) {
      seats = seats.with(all.size() + "-weights", r);
      all.put(all.size() + "-weights", r);
    }
    try (StepGraph graph =
        StepGraph.firstTask(
            MODEL,
            START,
            seats,
            new Training(1, 0, BATCH.size(), accumulation, 0),
            7,
            Device.CPU)) {
      double loss = graph.step(BATCH, 0, 1);
      float[] before = START.copy("fc2.bias");
      float[] after = graph.trainable().copy("fc2.bias");
      double[] moved = new double[CLASSES];
      for (int k = 0; k < CLASSES; k++) {
        moved[k] = after[k] - before[k];
      }
      return new Step(loss, moved);
    }
  }

  private static int label(Example e) {
    return ((HostArray.Ints) e.fields().get("y")).values().get(0);
  }

  private static double[] softmax(Example e) {
    float[] x = ((HostArray.Floats) e.fields().get("x")).toArray();
    double[] h = product(x, START.copy("fc1.weight"), START.copy("fc1.bias"));
    float[] activated = new float[h.length];
    for (int i = 0; i < h.length; i++) {
      activated[i] = (float) Math.tanh(h[i]);
    }
    double[] z = product(activated, START.copy("fc2.weight"), START.copy("fc2.bias"));
    double sum = Arrays.stream(z).map(Math::exp).sum();
    return Arrays.stream(z).map(v -> Math.exp(v) / sum).toArray();
  }

  private static double[] product(float[] x, float[] w, float[] b) {
    double[] y = new double[b.length];
    for (int j = 0; j < b.length; j++) {
      y[j] = b[j];
      for (int i = 0; i < x.length; i++) {
        y[j] += x[i] * w[i * b.length + j];
      }
    }
    return y;
  }

  /** {@code L = sum w_i n_i l_i / N} and {@code -0.2 dL/db = -0.2 sum w_i n_i (p_i - y_i) / N}. */
  private static Step byHand(ToDoubleBiFunction<double[], Integer> weight) {
    double loss = 0;
    double tokens = 0;
    double[] moved = new double[CLASSES];
    for (int i = 0; i < BATCH.size(); i++) {
      double[] p = softmax(BATCH.get(i));
      int y = label(BATCH.get(i));
      int n = 1 + i % 3;
      double w = weight.applyAsDouble(p, y);
      tokens += n;
      loss -= w * n * Math.log(p[y]);
      for (int k = 0; k < CLASSES; k++) {
        moved[k] -= 0.2 * w * n * (p[k] - (k == y ? 1 : 0));
      }
    }
    for (int k = 0; k < CLASSES; k++) {
      moved[k] /= tokens;
    }
    return new Step(loss / tokens, moved);
  }

  private static void same(Step found, Step expected) {
    assertThat(found.loss()).as("sum w l / N").isCloseTo(expected.loss(), within(1e-5));
    assertThat(found.moved()).as("-lr dL/db").containsExactly(expected.moved(), within(1e-6));
  }

  /** The entropy of the largest probabilities, scaled to the sum 1, over its largest value. */
  private static double entropy(double[] p, int top) {
    double[] largest = Arrays.stream(p).sorted().skip(p.length - top).toArray();
    double sum = Arrays.stream(largest).sum();
    return -Arrays.stream(largest).map(q -> q / sum * Math.log(q / sum)).sum() / Math.log(top);
  }

  @Test
  void dynamic_fine_tuning_weights_a_loss_by_its_probability() {
    for (int accumulation : new int[] {1, 5}) {
      same(step(accumulation, new Dft(1)), byHand((p, y) -> p[y]));
    }
    same(step(1, new Dft(0.5)), byHand((p, y) -> Math.sqrt(p[y])));
  }

  @Test
  void entropy_adaptive_fine_tuning_weights_a_loss_by_the_entropy_of_its_prediction() {
    for (int accumulation : new int[] {1, 5}) {
      same(step(accumulation, new Eaft(1, 2)), byHand((p, y) -> entropy(p, 2)));
    }
    same(step(1, new Eaft(2, 20)), byHand((p, y) -> Math.pow(entropy(p, 3), 2)));
  }

  /** The classes of examples are sequences of one prediction, so their losses are mean losses. */
  @Test
  void token_adaptive_reweighting_measures_a_loss_by_the_median_of_the_step() {
    double[] losses =
        BATCH.stream().mapToDouble(e -> -Math.log(softmax(e)[label(e)])).sorted().toArray();
    double tau = (losses[5] + losses[6]) / 2;
    for (int accumulation : new int[] {1, 5}) {
      same(
          step(accumulation, new Talr(0.3)),
          byHand((p, y) -> Math.max(Math.pow(p[y], 1 / tau), 0.3)));
    }
  }

  @Test
  void weights_of_several_are_multiplied() {
    same(step(1, new Dft(1), new Eaft(1, 20)), byHand((p, y) -> p[y] * entropy(p, 3)));
  }

  @Test
  void weights_that_are_off_leave_every_bit_of_the_step() {
    assertThat(step(1, new Dft(0), new Eaft(0, 20), new Talr(1)).moved())
        .containsExactly(step(1).moved());
  }
}
