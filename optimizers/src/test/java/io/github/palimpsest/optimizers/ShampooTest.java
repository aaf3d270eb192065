package io.github.palimpsest.optimizers;

import static io.github.palimpsest.optimizers.Symmetric.identity;
import static io.github.palimpsest.optimizers.Symmetric.matrix;
import static io.github.palimpsest.optimizers.Symmetric.times;
import static io.github.palimpsest.optimizers.Symmetric.transposed;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.github.palimpsest.api.RuleViolationException;
import io.github.palimpsest.api.optimizer.Slot;
import io.github.palimpsest.api.parameter.ParameterSpec;
import io.github.palimpsest.api.parameter.ParameterSpec.Role;
import io.github.palimpsest.api.parameter.Shape;
import io.github.palimpsest.engine.Seats;
import io.github.palimpsest.engine.Training;
import io.github.palimpsest.engine.weights.SlotStorage;
import io.github.palimpsest.engine.weights.SlotType;
import java.nio.FloatBuffer;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Shampoo next to its equation in double precision, on a bowl whose gradient is the weights. */
@Tag("native")
final class ShampooTest {
  private static final float[] W = {1, 2, -0.5f, 0.3f, 2, -1, 0.7f, 1.5f, 0.2f, 0.4f, -2, 1};
  private static final double LR = 0.1;
  private static final double EPS = 1e-3;

  /** The weights after some steps; roots are those of the steps 0, K, 2 K ... */
  private static double[][] closed(double[][] w, int interval, int maxSide, int steps) {
    int m = w.length;
    int n = w[0].length;
    double[][] l = scaled(identity(m), EPS);
    double[][] r = scaled(identity(n), EPS);
    double[][] left = {};
    double[][] right = {};
    for (int t = 0; t < steps; t++) {
      double[][] g = w; // of the bowl
      l = sum(l, times(g, transposed(g)));
      r = sum(r, times(transposed(g), g));
      if (t % interval == 0) {
        left = Symmetric.of(m <= maxSide ? l : diagonal(l)).power(-0.25, EPS);
        right = Symmetric.of(n <= maxSide ? r : diagonal(r)).power(-0.25, EPS);
      }
      w = sum(w, scaled(times(times(left, g), right), -LR));
    }
    return w;
  }

  private static double[][] scaled(double[][] a, double by) {
    double[][] b = new double[a.length][a[0].length];
    for (int i = 0; i < a.length; i++) {
      for (int j = 0; j < a[0].length; j++) {
        b[i][j] = by * a[i][j];
      }
    }
    return b;
  }

  private static double[][] sum(double[][] a, double[][] b) {
    double[][] c = scaled(a, 1);
    for (int i = 0; i < a.length; i++) {
      for (int j = 0; j < a[0].length; j++) {
        c[i][j] += b[i][j];
      }
    }
    return c;
  }

  private static double[][] diagonal(double[][] a) {
    double[][] d = new double[a.length][a.length];
    for (int i = 0; i < a.length; i++) {
      d[i][i] = a[i][i];
    }
    return d;
  }

  private static void follows(int rows, int columns, int interval, int maxSide, int steps) {
    String recipe =
        "shampoo(lr=%s, eps=%s, interval=%d, max-side=%d)".formatted(LR, EPS, interval, maxSide);
    ClosedForm.matrix(rows, columns)
        .follows(
            recipe, steps, t -> closed(matrix(rows, columns, W), interval, maxSide, t), 1e-5, W);
  }

  @Test
  void a_matrix_is_preconditioned_from_both_sides() {
    follows(3, 4, 1, 1024, 6);
    follows(6, 2, 1, 1024, 6);
  }

  @Test
  void between_two_computations_the_roots_stay_and_the_sums_grow() {
    follows(3, 4, 3, 1024, 8);
  }

  @Test
  void a_longer_side_keeps_the_diagonal_of_its_sum() {
    follows(3, 4, 1, 3, 6);
    follows(4, 3, 2, 3, 6);
    follows(3, 4, 1, 2, 6);
  }

  @Test
  void a_vector_is_divided_by_the_root_of_its_summed_squares() {
    double[] w = {1, -2};
    double[] h = {EPS, EPS};
    for (int t = 0; t < 4; t++) {
      for (int i = 0; i < 2; i++) {
        double g = (i == 0 ? 1 : 4) * w[i];
        h[i] += g * g;
        w[i] -= LR * g / Math.sqrt(h[i]);
      }
    }
    assertThat(ClosedForm.vector(1, 4).after("shampoo(lr=0.1, eps=0.001)", 4, 1, -2))
        .as("w - lr g / sqrt(eps + sum g^2)")
        .containsExactly(new float[] {(float) w[0], (float) w[1]}, within(2e-6f));
  }

  @Test
  void it_declares_both_sides_and_starts_them_from_eps_times_the_identity() {
    ParameterSpec kernel = new ParameterSpec("a", Shape.of(2, 3), Role.KERNEL, 0);
    List<Slot> slots = Recipes.optimizer("shampoo(eps=0.5, max-side=2)").slots();
    assertThat(slots).extracting(Slot::name).containsExactly("L", "R", "h");
    assertThat(slots.get(0).shape(kernel)).contains(Shape.of(2, 2));
    assertThat(slots.get(1).shape(kernel))
        .as("the diagonal of a longer side")
        .contains(Shape.of(3));
    FloatBuffer w = FloatBuffer.allocate(6);
    assertThat(slots.get(0).initial(kernel, w)).containsExactly(0.5f, 0, 0, 0.5f);
    assertThat(slots.get(1).initial(kernel, w)).containsExactly(0.5f, 0.5f, 0.5f);
    assertThat(Recipes.optimizer("shampoo(interval=5)").slots())
        .extracting(Slot::name)
        .containsExactly("L", "L-root", "R", "R-root", "h");
  }

  @Test
  void with_slots_in_bfloat16_it_is_refused_by_name_before_anything_is_built() {
    Training narrow = new Training(1, 0, 8, 1, 0).with(SlotStorage.DEFAULT.with(SlotType.BFLOAT16));
    for (String recipe : List.of("shampoo", "sam(base=shampoo)")) {
      assertThatThrownBy(() -> Seats.of(Recipes.REGISTRY.recipe(recipe), narrow))
          .isInstanceOf(RuleViolationException.class)
          .hasMessage(
              "'shampoo' keeps slot 'L', which must not be rounded: it needs slots=float32, not"
                  + " slots=bfloat16 (rule float32-slots)");
    }
    Seats.of(Recipes.REGISTRY.recipe("galore"), narrow); // its slots may be rounded
  }
}
