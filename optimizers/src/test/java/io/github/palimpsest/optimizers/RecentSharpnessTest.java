package io.github.palimpsest.optimizers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.github.palimpsest.api.parameter.Shape;
import io.github.palimpsest.api.parameter.WeightSnapshot;
import io.github.palimpsest.testing.QuadraticModel;
import io.github.palimpsest.testing.TracedRun;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Steps of stable SAM, ZSharp, LE-SAM and AE-SAM, worked out by hand. */
@Tag("native")
final class RecentSharpnessTest {
  /** {@code w + e - w} of each element at one step. */
  private static double[] ascent(TracedRun.Step step, String name) {
    float[] w = step.calls().get(0).point().get(name);
    float[] top = step.calls().get(1).point().get(name);
    double[] e = new double[w.length];
    for (int i = 0; i < w.length; i++) {
      e[i] = top[i] - w[i];
    }
    return e;
  }

  private static double length(double... v) {
    double squares = 0;
    for (double x : v) {
      squares += x * x;
    }
    return Math.sqrt(squares);
  }

  private static List<TracedRun.Step> steps(String recipe, int steps, float... w) {
    return ClosedForm.vector(1, 4).steps(recipe, steps, w);
  }

  @Test
  void stable_sam_gives_the_gradient_at_the_top_the_length_of_that_at_the_foot() {
    // g = (1, 4), e = 0.3 g / |g|, p = (1 + e0, 4 (1 + e1))
    double g = length(1, 4);
    double[] p = {1 + 0.3 / g, 4 * (1 + 1.2 / g)};
    double factor = g / length(p);
    assertThat(steps("ssam(rho=0.3, base=sgd(lr=0.1))", 1, 1, 1).get(0).after().get("w.weight"))
        .as("w - lr |g| / |p| p")
        .containsExactly(
            new float[] {(float) (1 - 0.1 * factor * p[0]), (float) (1 - 0.1 * factor * p[1])},
            within(1e-6f));
  }

  @Test
  void zsharp_climbs_the_elements_farthest_from_the_mean() {
    // g = (1, 2, 3, 4, 10) has the mean 4 and lies (3, 2, 1, 0, 6) away; half of 4 gaps leave 3
    float[] ones = {1, 1, 1, 1, 1};
    double f = length(1, 2, 10);
    assertThat(
            ascent(
                ClosedForm.vector(1, 2, 3, 4, 10)
                    .steps("zsharp(rho=0.5, quantile=0.5, base=sgd)", 1, ones)
                    .get(0),
                "w.weight"))
        .as("rho f / |f| with f = (1, 2, 0, 0, 10)")
        .containsExactly(new double[] {0.5 / f, 1 / f, 0, 0, 5 / f}, within(1e-6));
    assertThat(
            ascent(
                ClosedForm.vector(1, 2, 3, 4, 10)
                    .steps("zsharp(rho=0.5, base=sgd)", 1, ones)
                    .get(0),
                "w.weight"))
        .as("the quantile 0.95 of five leaves one")
        .containsExactly(new double[] {0, 0, 0, 0, 0.5}, within(1e-6));
  }

  @Test
  void zsharp_moves_all_tensors_by_rho_together_or_each() {
    Map<String, Shape> shapes = Map.of("a.weight", Shape.of(2), "b.weight", Shape.of(2));
    Map<String, float[]> ones =
        Map.of("a.weight", new float[] {1, 1}, "b.weight", new float[] {1, 1});
    Map<String, float[]> curvatures =
        Map.of("a.weight", new float[] {3, 0}, "b.weight", new float[] {0, 4});
    Map<String, float[]> centres = Map.of("a.weight", new float[2], "b.weight", new float[2]);
    QuadraticModel bowl = new QuadraticModel(shapes, curvatures, centres);
    for (String norm : List.of("global", "tensor")) {
      TracedRun.Step step =
          TracedRun.of(
                  bowl,
                  Recipes.optimizer("zsharp(rho=0.5, quantile=0, norm=" + norm + ", base=sgd)"),
                  WeightSnapshot.of(shapes, ones),
                  List.of(List.of(QuadraticModel.example("1"))))
              .get(0);
      boolean global = norm.equals("global");
      assertThat(length(ascent(step, "a.weight")))
          .as("0.5 of 3 / |(3, 4)|, or 0.5")
          .isCloseTo(global ? 0.3 : 0.5, within(1e-6));
      assertThat(length(ascent(step, "b.weight")))
          .as("0.5 of 4 / |(3, 4)|, or 0.5")
          .isCloseTo(global ? 0.4 : 0.5, within(1e-6));
    }
  }

  @Test
  void le_sam_climbs_as_far_as_raises_the_loss_by_its_budget() {
    // |g| = sqrt(17) while lr = 0; sigma_t / |g| with the cosine 1, 1/2 at steps 0 and 2 of 4
    List<TracedRun.Step> steps = steps("le-sam(sigma=0.1, base=sgd(lr=0))", 4, 1, 1);
    assertThat(length(ascent(steps.get(0), "w.weight")))
        .as("sigma / |g|")
        .isCloseTo(0.1 / length(1, 4), within(1e-6));
    assertThat(length(ascent(steps.get(2), "w.weight")))
        .as("sigma / 2 / |g|")
        .isCloseTo(0.05 / length(1, 4), within(1e-6));
    TracedRun.Step constant =
        steps("le-sam(sigma=0.1, anneal=false, base=sgd(lr=0))", 4, 1, 1).get(3);
    assertThat(length(ascent(constant, "w.weight")))
        .as("sigma / |g| without annealing")
        .isCloseTo(0.1 / length(1, 4), within(1e-6));
    TracedRun.Step flat = steps("le-sam(sigma=0.1, base=sgd(lr=0))", 1, 0.5f, 0).get(0);
    assertThat(length(ascent(flat, "w.weight")))
        .as("0.1 / 0.5 is above the largest radius")
        .isCloseTo(0.05, within(1e-6));
  }

  @Test
  void ae_sam_ascends_where_the_gradient_is_long_for_its_past() {
    // with lr = 0, n is 17 at each step
    for (double[] c : new double[][] {{2, 2}, {4, 0}, {1, -1}}) {
      double mu = 0;
      double v = 0;
      List<TracedRun.Step> steps =
          steps("ae-sam(start=" + c[0] + ", end=" + c[1] + ", base=sgd(lr=0))", 4, 1, 1);
      for (int t = 0; t < 4; t++) {
        mu = 0.9 * mu + 0.1 * 17;
        v = 0.9 * v + 0.1 * (17 - mu) * (17 - mu);
        boolean acts = 17 >= mu + (c[0] + (c[1] - c[0]) * t / 4) * Math.sqrt(v);
        assertThat(length(ascent(steps.get(t), "w.weight")))
            .as("the ascent of step %d from threshold %s to %s", t, c[0], c[1])
            .isCloseTo(acts ? 0.05 : 0, within(1e-6));
      }
    }
  }
}
