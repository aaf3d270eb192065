package io.github.palimpsest.ewc;

import static io.github.palimpsest.ewc.GoldenWeights.vector;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.github.palimpsest.api.data.Example;
import io.github.palimpsest.api.data.HostArray;
import io.github.palimpsest.api.parameter.WeightSnapshot;
import io.github.palimpsest.api.regularizer.RegularizerProvider;
import io.github.palimpsest.engine.Seats;
import io.github.palimpsest.engine.StepListener;
import io.github.palimpsest.engine.TaskLoop;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("native")
class MasTest {
  private static final RegularizerProvider MAS = Mas.PROVIDER;

  @Test
  void omega_is_the_mean_absolute_gradient_of_the_squared_length_of_the_logits() {
    Spy mas = new Spy(Sequence.regularizer(MAS, Map.of()));
    TaskLoop loop = Classifier.loop(Seats.of(Classifier.descent(0.1f)).with("0-mas", mas), null);
    loop.train(StepListener.NONE);
    WeightSnapshot w = loop.weights();
    loop.train(StepListener.NONE);
    // d|z|^2/db2_j = 2 z_j and d|z|^2/dW2_ij = 2 h_i z_j, with h = tanh(x W1 + b1), z = h W2 + b2
    double[] bias = new double[3];
    double[] kernel = new double[6 * 3];
    int n = Classifier.task(0).examples().size();
    for (Example e : Classifier.task(0).examples()) {
      float[] x = ((HostArray.Floats) e.fields().get("x")).toArray();
      double[] h = affine(x, w.copy("fc1.weight"), w.copy("fc1.bias"));
      float[] tanh = new float[h.length];
      for (int i = 0; i < h.length; i++) {
        tanh[i] = (float) Math.tanh(h[i]);
      }
      double[] z = affine(tanh, w.copy("fc2.weight"), w.copy("fc2.bias"));
      for (int j = 0; j < 3; j++) {
        bias[j] += Math.abs(2 * z[j]) / n;
        for (int i = 0; i < 6; i++) {
          kernel[i * 3 + j] += Math.abs(2 * tanh[i] * z[j]) / n;
        }
      }
    }
    float[] omega = mas.remembered("omega").copy("fc2.bias");
    for (int j = 0; j < 3; j++) {
      assertThat((double) omega[j]).as("bias %d", j).isCloseTo(bias[j], within(1e-4));
    }
    omega = mas.remembered("omega").copy("fc2.weight");
    for (int j = 0; j < kernel.length; j++) {
      assertThat((double) omega[j]).as("kernel %d", j).isCloseTo(kernel[j], within(1e-4));
    }
  }

  private static double[] affine(float[] x, float[] kernel, float[] bias) {
    double[] y = new double[bias.length];
    for (int j = 0; j < y.length; j++) {
      y[j] = bias[j];
      for (int i = 0; i < x.length; i++) {
        y[j] += x[i] * kernel[i * y.length + j];
      }
    }
    return y;
  }

  @Test
  void the_penalty_sums_the_importances_of_all_tasks_at_the_last_anchor() {
    Sequence s = new Sequence(MAS, Map.of("lambda", 10));
    s.finish(vector("w", 5, 5), vector("w", 1, 1));
    s.finish(vector("w", 1, 1), vector("w", 1, 2));
    // 10 * (2 * 0.5^2 + 3 * 2^2): without a one-half
    assertThat(s.penaltyAt(vector("w", 1.5, 3)).penalty()).isCloseTo(125f, within(1e-3f));
  }
}
