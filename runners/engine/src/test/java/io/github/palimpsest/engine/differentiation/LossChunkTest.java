package io.github.palimpsest.engine.differentiation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.github.palimpsest.api.PalimpsestException;
import io.github.palimpsest.api.parameter.Params;
import io.github.palimpsest.api.parameter.Tensors;
import io.github.palimpsest.engine.weights.DenseWeights;
import io.github.palimpsest.engine.weights.HostTensors;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.tensorflow.Graph;
import org.tensorflow.Operand;
import org.tensorflow.Result;
import org.tensorflow.Session;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt32;

/**
 * {@code sum c_i (log sum_k exp z_ik - z_i,label)} with {@code z = tanh(h U) W'}: five rows, three
 * columns, four classes.
 */
@Tag("native")
class LossChunkTest {
  private static final float[][] H = {{1, 2}, {-1, 0.5f}, {0.3f, -2}, {0, 1}, {2, -0.7f}};
  private static final float[][] U = {{0.5f, -0.2f, 0.1f}, {0.3f, 0.8f, -0.6f}};
  private static final float[][] W = {
    {1, 0.2f, -0.5f}, {-0.3f, 0.9f, 0.4f}, {0.7f, -1.1f, 0.6f}, {0.1f, 0.2f, 0.3f}
  };
  private static final int[] LABELS = {2, 0, 3, 1, 2};
  private static final float[] COUNTED = {1, 0, 2, 1, 0.5f};

  /** The loss, its gradients, and the number of rows of each part. */
  private record Outcome(float loss, float[] du, float[] dw, List<Integer> calls) {}

  private static Outcome of(int parts, Recompute recompute) {
    try (Graph graph = new Graph()) {
      Ops tf = Ops.create(graph);
      Params point =
          Params.of(
              Tensors.of(
                  Map.of("u", tf.identity(tf.constant(U)), "w", tf.identity(tf.constant(W)))));
      Segments at =
          new Segments(tf, new DenseWeights(tf, point.tensors()), recompute, columns -> parts);
      Operand<TFloat32> x = tf.math.tanh(at.matMul(at.boundary(tf.constant(H)), "u"));
      List<Integer> calls = new ArrayList<>();
      Operand<TFloat32> nats =
          at.byRows(
              tf,
              x,
              tf.constant(LABELS),
              4,
              (rows, labels) -> {
                calls.add(calls.size());
                return nats(tf, at.matMulTransposed(rows, "w"), labels);
              });
      Operand<TFloat32> loss = tf.sum(tf.math.mul(nats, tf.constant(COUNTED)), tf.constant(0));
      Tensors g =
          Differentiation.derivatives(graph, tf, loss, point, List.of(), at.cuts())
              .gradients()
              .tensors();
      try (Session session = new Session(graph);
          Result result = session.runner().fetch(loss).fetch(g.get("u")).fetch(g.get("w")).run()) {
        return new Outcome(
            HostTensors.floats(result.get(0))[0],
            HostTensors.floats(result.get(1)),
            HostTensors.floats(result.get(2)),
            calls);
      }
    }
  }

  private static Operand<TFloat32> nats(Ops tf, Operand<TFloat32> z, Operand<TInt32> labels) {
    Operand<TInt32> along = tf.constant(1);
    Operand<TFloat32> onehot = tf.oneHot(labels, tf.constant(4), tf.constant(1f), tf.constant(0f));
    return tf.math.sub(
        tf.math.log(tf.sum(tf.math.exp(z), along)), tf.sum(tf.math.mul(z, onehot), along));
  }

  private static double[] states(float[] h, float[][] u) {
    double[] x = new double[3];
    for (int j = 0; j < 3; j++) {
      x[j] = Math.tanh(h[0] * u[0][j] + h[1] * u[1][j]);
    }
    return x;
  }

  private static double[] softmax(double[] x) {
    double[] p = new double[4];
    double sum = 0;
    for (int k = 0; k < 4; k++) {
      p[k] = Math.exp(x[0] * W[k][0] + x[1] * W[k][1] + x[2] * W[k][2]);
      sum += p[k];
    }
    for (int k = 0; k < 4; k++) {
      p[k] /= sum;
    }
    return p;
  }

  private static double loss(float[][] u) {
    double loss = 0;
    for (int i = 0; i < H.length; i++) {
      loss -= COUNTED[i] * Math.log(softmax(states(H[i], u))[LABELS[i]]);
    }
    return loss;
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 5, 7})
  void lossAndGradientsAreThoseOfTheClosedFormInAnyNumberOfParts(int parts) {
    double[] dw = new double[12];
    double[] du = new double[6];
    for (int i = 0; i < H.length; i++) {
      double[] x = states(H[i], U);
      double[] p = softmax(x);
      for (int k = 0; k < 4; k++) {
        double dz = COUNTED[i] * (p[k] - (k == LABELS[i] ? 1 : 0));
        for (int j = 0; j < 3; j++) {
          dw[3 * k + j] += dz * x[j];
          for (int in = 0; in < 2; in++) {
            du[3 * in + j] += dz * W[k][j] * (1 - x[j] * x[j]) * H[i][in];
          }
        }
      }
    }
    for (Recompute recompute : Recompute.values()) {
      if (recompute != Recompute.AUTO) {
        Outcome found = of(parts, recompute);
        assertThat(found.calls()).as("%s", recompute).hasSize(parts);
        assertThat((double) found.loss()).as("%s", recompute).isCloseTo(loss(U), within(2e-6));
        assertClose(found.dw(), dw, recompute);
        assertClose(found.du(), du, recompute);
      }
    }
  }

  private static void assertClose(float[] found, double[] expected, Recompute recompute) {
    assertThat(found).hasSize(expected.length);
    for (int i = 0; i < expected.length; i++) {
      assertThat((double) found[i])
          .as("element %d, %s", i, recompute)
          .isCloseTo(expected[i], within(2e-6));
    }
  }

  @Test
  void theGradientOfALossInPartsIsThatOfFiniteDifferences() {
    float[] du = of(3, Recompute.NOTHING).du();
    double h = 1e-3;
    for (int i = 0; i < 6; i++) {
      float[][] above = {U[0].clone(), U[1].clone()};
      float[][] below = {U[0].clone(), U[1].clone()};
      above[i / 3][i % 3] += (float) h;
      below[i / 3][i % 3] -= (float) h;
      double width = above[i / 3][i % 3] - (double) below[i / 3][i % 3];
      assertThat((double) du[i]).isCloseTo((loss(above) - loss(below)) / width, within(1e-5));
    }
  }

  @Test
  void logitsOfAtMost256MebibytesAreComputedAtOnceAndLargerOnesInPartsOf64() {
    long rows = LossChunk.LARGE / (4 * 49152);
    assertThat(LossChunk.AUTO.parts(rows, 49152)).isEqualTo(1);
    assertThat(LossChunk.AUTO.parts(rows + 1, 49152)).isEqualTo(5);
    assertThat(LossChunk.AUTO.parts(0, 49152)).as("an unknown length").isEqualTo(1);
    assertThat(new LossChunk(100).parts(250, 8)).isEqualTo(3);
    assertThat(new LossChunk(1_000_000).parts(rows + 1, 49152)).isEqualTo(1);
    assertThatThrownBy(() -> new LossChunk(-1))
        .isInstanceOf(PalimpsestException.class)
        .hasMessage("loss-chunk=-1 must be at least 0");
  }
}
