package io.github.palimpsest.decoder;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.function.BinaryOperator;
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

/** {@code A} is 2 x 3 and the gradient {@code W} of the product 2 x 2, in each of two batches. */
@Tag("native")
class BatchedProductTest {
  private static final float[][][][] A = {{{{1, 2, 3}, {4, 5, 6}}}, {{{0, -1, 2}, {3, 1, -2}}}};
  private static final float[][][][] W = {{{{1, -1}, {2, 3}}}, {{{-2, 1}, {0, 5}}}};
  private static final float[][][][] B = {{{{1, 0}, {2, -1}, {3, 1}}}, {{{2, 2}, {-1, 0}, {4, 3}}}};

  /** Product, then the gradients of {@code sum W C}. */
  private static float[][][][][] products(float[][][][] left, float[][][][] right, boolean turned) {
    try (Graph graph = new Graph()) {
      Ops tf = Ops.create(graph);
      Constant<TFloat32> a = tf.constant(left);
      Constant<TFloat32> b = tf.constant(right);
      BinaryOperator<Operand<TFloat32>> product =
          (x, y) -> turned ? BatchedProduct.ofTransposed(tf, x, y) : BatchedProduct.of(tf, x, y);
      Operand<TFloat32> c = product.apply(a, b);
      Operand<TFloat32> sum =
          tf.sum(tf.math.mul(c, tf.constant(W)), tf.constant(new int[] {0, 1, 2, 3}));
      Output<?>[] gradients =
          graph.addGradients(sum.asOutput(), new Output<?>[] {a.asOutput(), b.asOutput()});
      try (Session session = new Session(graph);
          Result result = session.runner().fetch(c).fetch(gradients[0]).fetch(gradients[1]).run()) {
        return new float[][][][][] {
          values(result, 0, W), values(result, 1, left), values(result, 2, right)
        };
      }
    }
  }

  private static float[][][][] values(Result result, int place, float[][][][] like) {
    TFloat32 t = (TFloat32) result.get(place);
    float[][][][] values = new float[like.length][1][like[0][0].length][like[0][0][0].length];
    for (int n = 0; n < values.length; n++) {
      for (int i = 0; i < values[n][0].length; i++) {
        for (int j = 0; j < values[n][0][i].length; j++) {
          values[n][0][i][j] = t.getFloat(n, 0, i, j);
        }
      }
    }
    return values;
  }

  /** {@code X Y} of each batch. */
  private static float[][][][] times(float[][][][] x, float[][][][] y) {
    float[][][][] product = new float[x.length][1][x[0][0].length][y[0][0][0].length];
    for (int n = 0; n < x.length; n++) {
      for (int i = 0; i < x[n][0].length; i++) {
        for (int j = 0; j < y[n][0][0].length; j++) {
          for (int k = 0; k < y[n][0].length; k++) {
            product[n][0][i][j] += x[n][0][i][k] * y[n][0][k][j];
          }
        }
      }
    }
    return product;
  }

  private static float[][][][] turned(float[][][][] x) {
    float[][][][] turned = new float[x.length][1][x[0][0][0].length][x[0][0].length];
    for (int n = 0; n < x.length; n++) {
      for (int i = 0; i < x[n][0].length; i++) {
        for (int j = 0; j < x[n][0][i].length; j++) {
          turned[n][0][j][i] = x[n][0][i][j];
        }
      }
    }
    return turned;
  }

  @Test
  void the_gradients_of_a_product_are_the_given_one_times_the_other_factor() {
    float[][][][][] found = products(A, B, false);
    assertThat(found[0]).isEqualTo(times(A, B));
    assertThat(found[1]).isEqualTo(times(W, turned(B)));
    assertThat(found[2]).isEqualTo(times(turned(A), W));
  }

  @Test
  void those_of_a_product_with_a_transposed_matrix_are_transposed() {
    float[][][][][] found = products(A, turned(B), true);
    assertThat(found[0]).isEqualTo(times(A, B));
    assertThat(found[1]).isEqualTo(times(W, turned(B)));
    assertThat(found[2]).isEqualTo(turned(times(turned(A), W)));
  }
}
