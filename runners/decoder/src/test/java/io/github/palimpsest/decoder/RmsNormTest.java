package io.github.palimpsest.decoder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.tensorflow.Graph;
import org.tensorflow.Operand;
import org.tensorflow.Output;
import org.tensorflow.Result;
import org.tensorflow.Session;
import org.tensorflow.op.Ops;
import org.tensorflow.op.core.Constant;
import org.tensorflow.types.TFloat32;

/** Two rows of three columns; one gain is zero, and {@code W} is the gradient of the result. */
@Tag("native")
class RmsNormTest {
  private static final float[][] X = {{1, -2, 0.5f}, {0.1f, 3, -1}};
  private static final float[] GAIN = {1.5f, 0, -0.5f};
  private static final float[][] W = {{1, -1, 2}, {0.5f, 2, -3}};
  private static final double EPSILON = 0.01;

  /** {@code sum W y}, by the definition. */
  private static double sum(double[][] x, double[] gain) {
    double sum = 0;
    for (int row = 0; row < x.length; row++) {
      double squares = 0;
      for (double v : x[row]) {
        squares += v * v;
      }
      double r = 1 / Math.sqrt(squares / x[row].length + EPSILON);
      for (int i = 0; i < gain.length; i++) {
        sum += W[row][i] * x[row][i] * r * gain[i];
      }
    }
    return sum;
  }

  private static double[] doubles(float[] values) {
    double[] copy = new double[values.length];
    for (int i = 0; i < copy.length; i++) {
      copy[i] = values[i];
    }
    return copy;
  }

  /** The central difference with respect to one number. */
  private static double slope(int row, int column) {
    double step = 1e-5;
    double[] ends = new double[2];
    for (int end = 0; end < 2; end++) {
      double[][] x = {doubles(X[0]), doubles(X[1])};
      double[] gain = doubles(GAIN);
      (row < 0 ? gain : x[row])[column] += (2 * end - 1) * step;
      ends[end] = sum(x, gain);
    }
    return (ends[1] - ends[0]) / (2 * step);
  }

  @Test
  void values_and_gradients_are_those_of_the_definition() {
    try (Graph graph = new Graph()) {
      Ops tf = Ops.create(graph);
      Constant<TFloat32> x = tf.constant(X);
      Constant<TFloat32> gain = tf.constant(GAIN);
      Operand<TFloat32> y = new RmsNorm(tf, GAIN.length, EPSILON).apply(x, gain);
      Operand<TFloat32> sum = tf.sum(tf.math.mul(y, tf.constant(W)), tf.constant(new int[] {0, 1}));
      Output<?>[] gradients =
          graph.addGradients(sum.asOutput(), new Output<?>[] {x.asOutput(), gain.asOutput()});
      try (Session session = new Session(graph);
          Result result =
              session.runner().fetch(sum).fetch(gradients[0]).fetch(gradients[1]).run()) {
        assertThat((double) ((TFloat32) result.get(0)).getFloat())
            .isCloseTo(
                sum(new double[][] {doubles(X[0]), doubles(X[1])}, doubles(GAIN)), within(1e-5));
        for (int i = 0; i < GAIN.length; i++) {
          for (int row = 0; row < X.length; row++) {
            assertThat((double) ((TFloat32) result.get(1)).getFloat(row, i))
                .as("dx[%d, %d]", row, i)
                .isCloseTo(slope(row, i), within(1e-5));
          }
          assertThat((double) ((TFloat32) result.get(2)).getFloat(i))
              .as("dgain[%d]", i)
              .isCloseTo(slope(-1, i), within(1e-5));
        }
      }
    }
  }
}
