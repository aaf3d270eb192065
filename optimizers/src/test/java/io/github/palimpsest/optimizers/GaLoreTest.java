package io.github.palimpsest.optimizers;

import static io.github.palimpsest.optimizers.Symmetric.matrix;
import static io.github.palimpsest.optimizers.Symmetric.times;
import static io.github.palimpsest.optimizers.Symmetric.transposed;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.github.palimpsest.api.optimizer.Slot;
import io.github.palimpsest.api.parameter.ParameterSpec;
import io.github.palimpsest.api.parameter.ParameterSpec.Role;
import io.github.palimpsest.api.parameter.Shape;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** GaLore next to its equation in double precision, on a bowl whose gradient is the weights. */
@Tag("native")
final class GaLoreTest {
  private static final float[] W = {1, 2, -0.5f, 0.3f, 2, -1, 0.7f, 1.5f, 0.2f, 0.4f, -2, 1};
  private static final double LR = 0.01;
  private static final double ALPHA = 0.5;
  private static final double DECAY = 0.1;
  private static final double BETA1 = 0.9;
  private static final double BETA2 = 0.999;
  private static final double EPS = 1e-8;

  /** The weights after some steps; P is found at the steps 0, T, 2 T ... */
  private static double[][] closed(double[][] w, int rank, int interval, int steps) {
    boolean wide = w.length <= w[0].length;
    double[][] p = {};
    double[][] m = {};
    double[][] v = {};
    for (int t = 0; t < steps; t++) {
      double[][] g = w; // of the bowl
      if (t % interval == 0) {
        double[][] gram = wide ? times(g, transposed(g)) : times(transposed(g), g);
        p = Symmetric.of(gram).first(rank); // the first left, or right, singular vectors
      }
      double[][] r = wide ? times(transposed(p), g) : times(g, p);
      m = m.length == 0 ? new double[r.length][r[0].length] : m;
      v = v.length == 0 ? new double[r.length][r[0].length] : v;
      double[][] n = new double[r.length][r[0].length];
      for (int i = 0; i < r.length; i++) {
        for (int j = 0; j < r[0].length; j++) {
          m[i][j] = BETA1 * m[i][j] + (1 - BETA1) * r[i][j];
          v[i][j] = BETA2 * v[i][j] + (1 - BETA2) * r[i][j] * r[i][j];
          double root = Math.sqrt(v[i][j] / (1 - Math.pow(BETA2, t + 1)));
          n[i][j] = m[i][j] / (1 - Math.pow(BETA1, t + 1)) / (root + EPS);
        }
      }
      double[][] back = wide ? times(p, n) : times(n, transposed(p));
      double[][] next = new double[w.length][w[0].length];
      for (int i = 0; i < w.length; i++) {
        for (int j = 0; j < w[0].length; j++) {
          next[i][j] = w[i][j] - LR * (ALPHA * back[i][j] + DECAY * w[i][j]);
        }
      }
      w = next;
    }
    return w;
  }

  private static void follows(int rows, int columns, int rank, int interval, int steps) {
    String recipe =
        "galore(lr=%s, alpha=%s, weight-decay=%s, rank=%d, interval=%d)"
            .formatted(LR, ALPHA, DECAY, rank, interval);
    ClosedForm.matrix(rows, columns)
        .follows(recipe, steps, t -> closed(matrix(rows, columns, W), rank, interval, t), 3e-6, W);
  }

  @Test
  void a_wide_kernel_is_projected_from_the_left() {
    follows(3, 4, 2, 100, 7);
  }

  @Test
  void a_tall_kernel_is_projected_from_the_right() {
    follows(4, 3, 2, 100, 7);
  }

  @Test
  void after_t_steps_the_subspace_is_found_again_and_the_means_stay() {
    follows(3, 4, 1, 3, 8);
    follows(4, 3, 1, 1, 5);
  }

  @Test
  void a_kernel_whose_shorter_side_is_at_most_r_is_trained_by_adamw() {
    String settings = "lr=0.01, weight-decay=0.1";
    assertThat(ClosedForm.matrix(3, 4).after("galore(rank=3, " + settings + ")", 6, W))
        .containsExactly(
            ClosedForm.matrix(3, 4).after("adamw(" + settings + ")", 6, W), within(1e-6f));
  }

  @Test
  void it_declares_the_projection_on_the_shorter_side_and_means_of_the_projected_gradient() {
    ParameterSpec wide = new ParameterSpec("a", Shape.of(64, 100), Role.KERNEL, 0);
    ParameterSpec tall = new ParameterSpec("b", Shape.of(100, 64), Role.KERNEL, 0);
    ParameterSpec table = new ParameterSpec("c", Shape.of(100, 64), Role.EMBEDDING, -1);
    List<Slot> slots = Recipes.optimizer("galore(rank=8)").slots();
    assertThat(slots).extracting(Slot::name).containsExactly("projection", "m", "v");
    Map<ParameterSpec, List<Optional<Shape>>> expected =
        Map.of(
            wide, List.of(shape(64, 8), shape(8, 100), shape(8, 100)),
            tall, List.of(shape(64, 8), shape(100, 8), shape(100, 8)),
            table, List.of(Optional.empty(), shape(100, 64), shape(100, 64)));
    expected.forEach(
        (p, shapes) -> assertThat(slots).extracting(s -> s.shape(p)).isEqualTo(shapes));
    assertThat(
            Slot.floats(
                Recipes.REGISTRY.recipe("sam(base=galore(rank=8))").optimizer(), List.of(wide)))
        .as("64 x 8 + 2 x 8 x 100")
        .isEqualTo(64 * 8 + 2 * 8 * 100);
  }

  private static Optional<Shape> shape(long... sizes) {
    return Optional.of(Shape.of(sizes));
  }
}
