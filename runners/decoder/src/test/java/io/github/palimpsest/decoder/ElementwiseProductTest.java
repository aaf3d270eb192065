package io.github.palimpsest.decoder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;
import java.util.function.BiFunction;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.tensorflow.Graph;
import org.tensorflow.Operand;
import org.tensorflow.Output;
import org.tensorflow.Result;
import org.tensorflow.Session;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;

/** The value and the gradients of {@code sum W c}, for {@code c} of one or two tensors. */
@Tag("native")
class ElementwiseProductTest {
  private static final float[] A = {-3, -0.5f, 0, 0.25f, 1.7f, 4};
  private static final float[] B = {2, -1, 0.3f, 5, -0.7f, 0.9f};
  private static final float[] W = {1, -2, 0.5f, 3, -0.1f, 0.4f};

  /** The value, then the gradient of each factor. */
  private static List<float[]> of(
      List<float[]> factors, BiFunction<Ops, List<Operand<TFloat32>>, Operand<TFloat32>> product) {
    try (Graph graph = new Graph()) {
      Ops tf = Ops.create(graph);
      List<Operand<TFloat32>> given = new ArrayList<>();
      factors.forEach(f -> given.add(tf.constant(f)));
      Operand<TFloat32> c = product.apply(tf, given);
      Operand<TFloat32> sum = tf.sum(tf.math.mul(c, tf.constant(W)), tf.constant(0));
      Output<?>[] gradients =
          graph.addGradients(
              sum.asOutput(), given.stream().map(Operand::asOutput).toArray(Output<?>[]::new));
      try (Session session = new Session(graph)) {
        Session.Runner runner = session.runner().fetch(c);
        for (Output<?> gradient : gradients) {
          runner.fetch(gradient);
        }
        try (Result result = runner.run()) {
          List<float[]> values = new ArrayList<>();
          for (int r = 0; r < result.size(); r++) {
            float[] v = new float[W.length];
            for (int i = 0; i < v.length; i++) {
              v[i] = ((TFloat32) result.get(r)).getFloat(i);
            }
            values.add(v);
          }
          return values;
        }
      }
    }
  }

  @Test
  void the_gradient_of_a_product_is_the_other_factor() {
    List<float[]> found =
        of(List.of(A, B), (tf, x) -> ElementwiseProduct.of(tf, x.get(0), x.get(1)));
    for (int i = 0; i < W.length; i++) {
      assertThat(found.get(0)[i]).isEqualTo(A[i] * B[i]);
      assertThat(found.get(1)[i]).isEqualTo(W[i] * B[i]);
      assertThat(found.get(2)[i]).isEqualTo(W[i] * A[i]);
    }
  }

  @Test
  void a_square_has_both_gradients() {
    List<float[]> found = of(List.of(A), (tf, x) -> ElementwiseProduct.of(tf, x.get(0), x.get(0)));
    for (int i = 0; i < W.length; i++) {
      assertThat(found.get(0)[i]).isEqualTo(A[i] * A[i]);
      assertThat(found.get(1)[i]).isEqualTo(2 * (W[i] * A[i]));
    }
  }

  @Test
  void silu_is_x_times_the_logistic_function_of_x() {
    List<float[]> found = of(List.of(A), (tf, x) -> ElementwiseProduct.silu(tf, x.get(0)));
    for (int i = 0; i < W.length; i++) {
      double s = 1 / (1 + Math.exp(-A[i]));
      assertThat((double) found.get(0)[i]).isCloseTo(A[i] * s, within(1e-6));
      assertThat((double) found.get(1)[i]).isCloseTo(W[i] * (s + A[i] * s * (1 - s)), within(2e-6));
    }
  }

  @Test
  void the_gradient_of_silu_has_the_bits_of_the_runtime() {
    List<float[]> given = of(List.of(A), (tf, x) -> ElementwiseProduct.silu(tf, x.get(0)));
    List<float[]> runtime =
        of(List.of(A), (tf, x) -> tf.math.mul(x.get(0), tf.math.sigmoid(x.get(0))));
    assertThat(given.get(0)).containsExactly(runtime.get(0));
    assertThat(given.get(1)).containsExactly(runtime.get(1));
  }
}
