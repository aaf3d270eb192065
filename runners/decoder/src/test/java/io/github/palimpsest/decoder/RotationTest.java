package io.github.palimpsest.decoder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

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

/** Two examples of three tokens; two heads of five dimensions, of which the last does not turn. */
@Tag("native")
class RotationTest {
  private static final int EXAMPLES = 2;
  private static final int TOKENS = 3;
  private static final int HEADS = 2;
  private static final int D = 5;
  private static final int WIDTH = HEADS * D;

  private static double angle(int token, int dimension) {
    return dimension == D - 1 ? 0 : 0.3 + token / (1.0 + dimension % 2);
  }

  private static float[][] filled(int rows, BiFunction<Integer, Integer, Double> value) {
    float[][] x = new float[rows][WIDTH];
    for (int r = 0; r < rows; r++) {
      for (int c = 0; c < WIDTH; c++) {
        x[r][c] = value.apply(r, c).floatValue();
      }
    }
    return x;
  }

  private static final float[][] X = filled(EXAMPLES * TOKENS, (r, c) -> Math.sin(1.3 * r + c));
  private static final float[][] W = filled(EXAMPLES * TOKENS, (r, c) -> Math.cos(r - 0.7 * c));
  private static final float[][] COS = filled(TOKENS, (t, c) -> Math.cos(angle(t, c % D)));
  private static final float[][] SIN = filled(TOKENS, (t, c) -> Math.sin(angle(t, c % D)));

  private static Rotation rotation(Ops tf) {
    float[][] quarter = new float[D][D];
    for (int i = 0; i < 2; i++) {
      quarter[i + 2][i] = -1;
      quarter[i][i + 2] = 1;
    }
    return new Rotation(
        tf.constant(COS),
        tf.constant(SIN),
        tf.constant(quarter),
        tf.constant(new int[] {-1, TOKENS, WIDTH}),
        tf.constant(new int[] {-1, D}),
        tf.constant(new int[] {-1, WIDTH}));
  }

  /** The rotated rows, then the gradient of {@code sum W y}. */
  private static float[][][] of(BiFunction<Ops, Operand<TFloat32>, Operand<TFloat32>> rotated) {
    try (Graph graph = new Graph()) {
      Ops tf = Ops.create(graph);
      Operand<TFloat32> x = tf.constant(X);
      Operand<TFloat32> y = tf.reshape(rotated.apply(tf, x), tf.constant(new int[] {-1, WIDTH}));
      Operand<TFloat32> sum = tf.sum(tf.math.mul(y, tf.constant(W)), tf.constant(new int[] {0, 1}));
      Output<?>[] gradient = graph.addGradients(sum.asOutput(), new Output<?>[] {x.asOutput()});
      try (Session session = new Session(graph);
          Result result = session.runner().fetch(y).fetch(gradient[0]).run()) {
        float[][][] found = new float[2][X.length][WIDTH];
        for (int which = 0; which < 2; which++) {
          TFloat32 values = (TFloat32) result.get(which);
          for (int r = 0; r < X.length; r++) {
            for (int c = 0; c < WIDTH; c++) {
              found[which][r][c] = values.getFloat(r, c);
            }
          }
        }
        return found;
      }
    }
  }

  /** {@code (x1 cos - x2 sin, x2 cos + x1 sin)} of a head; with -1, the turn back. */
  private static double turned(float[][] x, int row, int column, int sign) {
    int dimension = column % D;
    int token = row % TOKENS;
    if (dimension == D - 1) {
      return x[row][column];
    }
    boolean first = dimension < 2;
    double other = first ? -x[row][column + 2] : x[row][column - 2];
    return x[row][column] * Math.cos(angle(token, dimension))
        + sign * other * Math.sin(angle(token, dimension));
  }

  @Test
  void pairs_turn_by_their_angle_and_gradients_turn_back() {
    float[][][] found = of((tf, x) -> rotation(tf).of(tf, x));
    for (int r = 0; r < X.length; r++) {
      for (int c = 0; c < WIDTH; c++) {
        assertThat((double) found[0][r][c]).isCloseTo(turned(X, r, c, 1), within(1e-6));
        assertThat((double) found[1][r][c]).isCloseTo(turned(W, r, c, -1), within(1e-6));
      }
    }
  }

  @Test
  void the_gradient_has_the_bits_of_the_runtime() {
    float[][][] runtime =
        of(
            (tf, x) -> {
              Rotation r = rotation(tf);
              Operand<TFloat32> turned = tf.linalg.matMul(tf.reshape(x, r.heads()), r.quarter());
              return tf.math.add(
                  tf.math.mul(tf.reshape(x, r.rows()), r.cos()),
                  tf.math.mul(tf.reshape(turned, r.rows()), r.sin()));
            });
    float[][][] given = of((tf, x) -> rotation(tf).of(tf, x));
    for (int r = 0; r < X.length; r++) {
      assertThat(given[0][r]).containsExactly(runtime[0][r]);
      assertThat(given[1][r]).containsExactly(runtime[1][r]);
    }
  }
}
