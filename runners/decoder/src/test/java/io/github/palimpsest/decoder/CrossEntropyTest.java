package io.github.palimpsest.decoder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.tensorflow.Graph;
import org.tensorflow.Operand;
import org.tensorflow.Output;
import org.tensorflow.Result;
import org.tensorflow.Session;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;

@Tag("native")
class CrossEntropyTest {
  private static final float[][] LOGITS = {{1, 2, 4}, {0, 0, 200}, {-3, 5, 5}};
  private static final int[] LABELS = {1, 0, 2};

  @Test
  void theLossIsTheNegativeLogarithmOfTheSoftmaxEvenWhereThatIsTooSmallForAFloat() {
    try (Graph graph = new Graph()) {
      Ops tf = Ops.create(graph);
      Operand<TFloat32> loss = CrossEntropy.of(tf, tf.constant(LOGITS), tf.constant(LABELS));
      try (Session session = new Session(graph);
          Result result = session.runner().fetch(loss).run()) {
        TFloat32 nats = (TFloat32) result.get(0);
        assertThat(nats.getFloat(0))
            .isCloseTo(
                (float) (Math.log(Math.exp(1) + Math.exp(2) + Math.exp(4)) - 2), within(1e-6f));
        assertThat(nats.getFloat(1)).isEqualTo(200f);
        assertThat(nats.getFloat(2)).isCloseTo((float) (Math.log(Math.exp(-8) + 2)), within(1e-6f));
      }
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {3, 1024, 1025})
  void theGradientIsTheSoftmaxMinusTheOneHotLabelTimesTheGradientOfTheLoss(int vocabulary) {
    float[][] values = new float[LOGITS.length][];
    for (int row = 0; row < values.length; row++) {
      values[row] = Arrays.copyOf(LOGITS[row], vocabulary);
    }
    try (Graph graph = new Graph()) {
      Ops tf = Ops.create(graph);
      Operand<TFloat32> logits = tf.constant(values);
      float[] of = {1, 2, -3};
      Operand<TFloat32> sum =
          tf.sum(
              tf.math.mul(CrossEntropy.of(tf, logits, tf.constant(LABELS)), tf.constant(of)),
              tf.constant(0));
      Output<?>[] gradient =
          graph.addGradients(sum.asOutput(), new Output<?>[] {logits.asOutput()});
      try (Session session = new Session(graph);
          Result result = session.runner().fetch(gradient[0]).run()) {
        TFloat32 g = (TFloat32) result.get(0);
        for (int row = 0; row < LABELS.length; row++) {
          double z = 0;
          for (float x : values[row]) {
            z += Math.exp(x);
          }
          for (int i = 0; i < vocabulary; i++) {
            double p = Math.exp(values[row][i]) / z;
            assertThat(g.getFloat(row, i))
                .isCloseTo((float) (of[row] * (p - (i == LABELS[row] ? 1 : 0))), within(1e-6f));
          }
        }
      }
    }
  }

  @Test
  void anyOtherIdentityOfSeveralTensorsPassesGradientsOn() {
    try (Graph graph = new Graph()) {
      Ops tf = Ops.create(graph);
      // the class, and with it the gradient, is loaded
      CrossEntropy.of(tf, tf.constant(LOGITS), tf.constant(LABELS));
      Operand<TFloat32> x = tf.constant(3f);
      Operand<?> same = tf.identityN(List.of(x, tf.constant(5f))).output().get(0);
      Output<?>[] gradient =
          graph.addGradients(
              tf.math.square(same.asOutput().expect(TFloat32.class)).asOutput(),
              new Output<?>[] {x.asOutput()});
      try (Session session = new Session(graph);
          Result result = session.runner().fetch(gradient[0]).run()) {
        assertThat(((TFloat32) result.get(0)).getFloat()).isEqualTo(6f);
      }
    }
  }
}
