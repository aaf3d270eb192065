package io.github.palimpsest.optimizers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.github.palimpsest.api.optimizer.Optimizer;
import io.github.palimpsest.testing.TracedRun;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** First steps worked out by hand for what no golden file covers. */
@Tag("native")
final class ClosedFormsTest {
  private static final Offset<Float> CLOSE = within(2e-6f);

  private static float[] floats(double... values) {
    float[] f = new float[values.length];
    for (int i = 0; i < f.length; i++) {
      f[i] = (float) values[i];
    }
    return f;
  }

  /** {@code rho v / |v|}. */
  private static double[] radius(double rho, double... v) {
    double norm = Math.hypot(v[0], v[1]);
    return new double[] {rho * v[0] / norm, rho * v[1] / norm};
  }

  @Test
  void adafactor_divides_by_the_factored_mean_squares_and_clips_the_update() {
    // step 1 has b = 0: R = row means of g^2, C = column means, V = R C / mean(R); g = w
    double[][] g = {{1, 2}, {3, 4}};
    double[] r = {(1 + 4) / 2.0, (9 + 16) / 2.0};
    double[] c = {(1 + 9) / 2.0, (4 + 16) / 2.0};
    double meanR = (r[0] + r[1]) / 2;
    double[] u = new double[4];
    double squares = 0;
    for (int i = 0; i < 2; i++) {
      for (int j = 0; j < 2; j++) {
        u[2 * i + j] = g[i][j] / Math.sqrt(r[i] * c[j] / meanR);
        squares += u[2 * i + j] * u[2 * i + j] / 4;
      }
    }
    double clip = Math.max(1, Math.sqrt(squares) / 0.9);
    double rms = Math.sqrt((1 + 4 + 9 + 16) / 4.0);
    assertThat(ClosedForm.matrix(2, 2).after("adafactor(lr=0.01, clip=0.9)", 1, 1, 2, 3, 4))
        .as("w - 0.01 rms(w) u / max(1, rms(u) / 0.9)")
        .containsExactly(
            floats(
                1 - 0.01 * rms * u[0] / clip,
                2 - 0.01 * rms * u[1] / clip,
                3 - 0.01 * rms * u[2] / clip,
                4 - 0.01 * rms * u[3] / clip),
            CLOSE);
  }

  @Test
  void muon_brings_the_singular_values_of_the_momentum_near_one() {
    // the gradient diag(3, 1) is its own momentum up to scale; the iteration acts on each
    // singular value x by a x + b x^3 + c x^5, from 3 / sqrt(10) and 1 / sqrt(10)
    double x = 3 / Math.sqrt(10);
    double y = 1 / Math.sqrt(10);
    for (int i = 0; i < 5; i++) {
      x = 3.4445 * x - 4.7750 * Math.pow(x, 3) + 2.0315 * Math.pow(x, 5);
      y = 3.4445 * y - 4.7750 * Math.pow(y, 3) + 2.0315 * Math.pow(y, 5);
    }
    assertThat(ClosedForm.matrix(2, 2).after("muon(lr=0.1)", 1, 3, 0, 0, 1))
        .as("w - lr o")
        .containsExactly(floats(3 - 0.1 * x, 0, 0, 1 - 0.1 * y), within(1e-5f));
  }

  @Test
  void muon_works_on_wide_and_tall_kernels_alike() {
    // a rank-one gradient has the singular value 1 after division by its norm
    double x = 1;
    for (int i = 0; i < 5; i++) {
      x = 3.4445 * x - 4.7750 * Math.pow(x, 3) + 2.0315 * Math.pow(x, 5);
    }
    assertThat(ClosedForm.matrix(1, 4).after("muon(lr=0.1)", 1, 1, 1, 1, 1))
        .as("1 - 0.1 sqrt(4 / 1) x / 2, with four outputs of one input")
        .containsExactly(same(1 - 0.1 * x), within(1e-5f));
    assertThat(ClosedForm.matrix(4, 1).after("muon(lr=0.1)", 1, 1, 1, 1, 1))
        .as("1 - 0.1 x / 2, with one output of four inputs")
        .containsExactly(same(1 - 0.05 * x), within(1e-5f));
  }

  private static float[] same(double x) {
    return floats(x, x, x, x);
  }

  @Test
  void c_flat_takes_four_gradients_and_descends_their_combination() {
    // gradient (w0, 4 w1) at (1, 1)
    double[] g0 = {1, 4};
    double[] e = radius(0.3, g0);
    double[] g1 = {1 + e[0], 4 * (1 + e[1])};
    double[] e1 = radius(0.3, g1[0] - g0[0], g1[1] - g0[1]);
    double[] g2 = {1 + e1[0], 4 * (1 + e1[1])};
    double[] e2 = radius(0.3, g2);
    double[] g3 = {1 + e1[0] + e2[0], 4 * (1 + e1[1] + e2[1])};
    assertThat(
            ClosedForm.vector(1, 4).after("c-flat(rho=0.3, lambda=0.2, base=sgd(lr=0.1))", 1, 1, 1))
        .as("w - lr (g1 + lambda (g3 - g2))")
        .containsExactly(
            floats(
                1 - 0.1 * (g1[0] + 0.2 * (g3[0] - g2[0])),
                1 - 0.1 * (g1[1] + 0.2 * (g3[1] - g2[1]))),
            CLOSE);
  }

  @Test
  void gsam_ties_its_radius_to_the_learning_rate_of_its_base() {
    // lr of linear(peak=0.1, end=0) at steps 0 and 2 of 4: 0.1 and 0.05; gradient (w0, 4 w1)
    Map<String, Double> halfway =
        Map.of(
            "rho=0.3, rho-min=0.1", 0.2, // 0.1 + 0.2 / 2
            "rho=0.3, rho-min=0.1, lr-min=0.2", 0.1 + 0.2 * (0.5 - 0.2) / (1 - 0.2),
            "rho=0.3, lr-min=0.6", 0.0, // below lr-min
            "rho=0.3, follow-lr=false", 0.3);
    for (String rho : halfway.keySet()) {
      List<TracedRun.Step> steps =
          ClosedForm.vector(1, 4)
              .steps(
                  "gsam("
                      + rho
                      + ", base=clip-norm(max=1e9, base=sgd(lr=linear(peak=0.1, end=0))))",
                  4,
                  1,
                  1);
      assertThat(lengthOfAscent(steps.get(0))).as("rho at the peak").isCloseTo(0.3, within(1e-6));
      assertThat(lengthOfAscent(steps.get(2)))
          .as("rho at half the peak with " + rho)
          .isCloseTo(halfway.get(rho), within(1e-6));
    }
  }

  private static double lengthOfAscent(TracedRun.Step step) {
    float[] w = step.calls().get(0).point().get("w.weight");
    float[] top = step.calls().get(1).point().get("w.weight");
    return Math.hypot(top[0] - w[0], top[1] - w[1]);
  }

  @Test
  void momentum_sam_perturbs_against_the_gradients_of_the_steps_before() {
    // step 1 is unperturbed: p = (1, 4), v = p, w = (0.9, 0.6); step 2 looks at w - rho v / |v|
    double[] v = radius(0.2, 1, 4);
    double[] p = {0.9 - v[0], 4 * (0.6 - v[1])};
    List<TracedRun.Step> steps =
        ClosedForm.vector(1, 4)
            .steps("momentum-sam(rho=0.2, momentum=0.9, base=sgd(lr=0.1))", 2, 1, 1);
    assertThat(steps.get(1).calls()).as("passes of a step").hasSize(1);
    assertThat(steps.get(1).after().get("w.weight"))
        .as("w - lr grad(w - rho v / |v|)")
        .containsExactly(floats(0.9 - 0.1 * p[0], 0.6 - 0.1 * p[1]), CLOSE);
  }

  @Test
  void fisher_sam_climbs_less_along_large_gradients() {
    // g = (1, 4), F = 1 + g^2 = (2, 17): F^-1 g = (1/2, 4/17), g' F^-1 g = 1/2 + 16/17
    double length = Math.sqrt(0.5 + 16.0 / 17);
    TracedRun.Step step =
        ClosedForm.vector(1, 4).steps("fisher-sam(rho=0.1, eta=1, base=sgd)", 1, 1, 1).get(0);
    assertThat(step.calls().get(1).point().get("w.weight"))
        .as("w + rho F^-1 g / sqrt(g' F^-1 g)")
        .containsExactly(floats(1 + 0.1 * 0.5 / length, 1 + 0.1 * (4.0 / 17) / length), CLOSE);
  }

  @Test
  void sam_on_moves_norms_alone() {
    ClosedForm norm = new ClosedForm("w.norm", ClosedForm.vector(1, 4).shape(), new float[] {1, 4});
    double[] e = radius(0.1, 1, 4);
    assertThat(
            norm.steps("sam-on(rho=0.1, base=sgd)", 1, 1, 1)
                .get(0)
                .calls()
                .get(1)
                .point()
                .get("w.norm"))
        .as("w + rho g / |g|")
        .containsExactly(floats(1 + e[0], 1 + e[1]), CLOSE);
    TracedRun.Step step =
        TracedRun.of(
                EngineRun.PROBLEM.model(),
                Recipes.optimizer("sam-on(rho=0.1, base=sgd)"),
                EngineRun.PROBLEM.start(),
                List.of(EngineRun.batch(0)))
            .get(0);
    step.calls()
        .get(1)
        .point()
        .forEach(
            (name, w) -> {
              float[] before = step.before().get(name);
              if (name.equals("fc1.bias")) {
                assertThat(w).as("the norm").isNotEqualTo(before);
              } else {
                assertThat(w).as(name).containsExactly(before);
              }
            });
  }

  @Test
  void random_perturbation_is_as_large_as_the_column_that_it_moves() {
    // columns of |w_j| / sqrt(n) = 1, 2 and 4; 400 draws each estimate rho times that
    float[] w = new float[400 * 3];
    for (int i = 0; i < w.length; i++) {
      w[i] = (float) Math.pow(2, i % 3);
    }
    TracedRun.Step step =
        ClosedForm.matrix(400, 3)
            .steps("random-perturbation(rho=0.1, rising=false, base=sgd)", 1, w)
            .get(0);
    float[] point = step.calls().get(0).point().get("w.weight");
    for (int j = 0; j < 3; j++) {
      double squares = 0;
      for (int i = 0; i < 400; i++) {
        squares += Math.pow(point[3 * i + j] - w[3 * i + j], 2);
      }
      // the deviation of 400 normal draws is within 15 % of its value but for 1 in 40,000
      assertThat(Math.sqrt(squares / 400) / (0.1 * Math.pow(2, j)))
          .as("size of the noise in column " + j)
          .isCloseTo(1, within(0.15));
    }
  }

  @Test
  void clip_norm_scales_and_clip_value_cuts() {
    // gradient (3, 4) of norm 5
    assertThat(ClosedForm.vector(1, 1).after("clip-norm(max=1, base=sgd(lr=1))", 1, 3, 4))
        .as("w - g / 5")
        .containsExactly(floats(3 - 0.6, 4 - 0.8), CLOSE);
    assertThat(ClosedForm.vector(1, 1).after("clip-value(max=3.5, base=sgd(lr=1))", 1, 3, -4))
        .as("w - min(max(g, -3.5), 3.5)")
        .containsExactly(floats(0, -0.5), CLOSE);
  }

  @Test
  void weight_decay_shrinks_beside_the_update_or_within_the_gradient() {
    // gradient (2) at 2
    assertThat(ClosedForm.vector(1).after("weight-decay(rate=0.1, base=sgd(lr=0.5))", 1, 2))
        .as("2 - 0.5 * 2 - 0.1 * 2")
        .containsExactly(floats(0.8), CLOSE);
    assertThat(
            ClosedForm.vector(1).after("weight-decay(rate=0.1, form=l2, base=sgd(lr=0.5))", 1, 2))
        .as("2 - 0.5 * (2 + 0.1 * 2)")
        .containsExactly(floats(0.9), CLOSE);
  }

  @Test
  void lookahead_keeps_a_share_of_the_way() {
    // sgd(lr=0.5) halves w: 8, 4, 2; back to 8 + 0.25 (2 - 8) = 6.5; then 3.25
    ClosedForm bowl = ClosedForm.vector(1);
    String recipe = "lookahead(k=2, alpha=0.25, base=sgd(lr=0.5))";
    assertThat(bowl.after(recipe, 1, 8)).as("step 1").containsExactly(floats(4), CLOSE);
    assertThat(bowl.after(recipe, 2, 8)).as("step 2").containsExactly(floats(6.5), CLOSE);
    assertThat(bowl.after(recipe, 3, 8)).as("step 3").containsExactly(floats(3.25), CLOSE);
  }

  @Test
  void ema_ends_a_task_with_the_average() {
    // 8, 4, 2, 1: a = 8, then (8 + 4) / 2 = 6, (6 + 2) / 2 = 4, (4 + 1) / 2 = 2.5
    List<TracedRun.Step> steps =
        ClosedForm.vector(1).steps("ema(decay=0.5, base=sgd(lr=0.5))", 3, 8);
    assertThat(steps.get(1).after().get("w.weight"))
        .as("before the last step, the base's weights")
        .containsExactly(floats(2), CLOSE);
    assertThat(steps.get(2).after().get("w.weight"))
        .as("after the last step, the average")
        .containsExactly(floats(2.5), CLOSE);
  }

  @Test
  void sfa_goes_back_towards_the_start_every_so_often_and_at_the_end() {
    // sgd(lr=0.5) halves w: 16, 8, 4, back to (4 + 16) / 2 = 10; 5, 2.5, back to (2.5 + 16) / 2
    ClosedForm bowl = ClosedForm.vector(1);
    List<TracedRun.Step> steps = bowl.steps("sfa(period=0.5, base=sgd(lr=0.5))", 4, 16);
    float[] expected = floats(8, 10, 5, 9.25);
    for (int i = 0; i < expected.length; i++) {
      assertThat(steps.get(i).after().get("w.weight"))
          .as("after step %d", i + 1)
          .containsExactly(new float[] {expected[i]}, CLOSE);
    }
    assertThat(bowl.after("sfa(period=1, beta=0.25, base=sgd(lr=0.5))", 4, 16))
        .as("period 1 is wise-ft with alpha = 1 - beta: 0.75 * 1 + 0.25 * 16")
        .containsExactly(floats(4.75), CLOSE);
  }

  @Test
  void masked_trains_what_it_names_and_hides_the_rest() {
    TracedRun.Step step =
        TracedRun.of(
                EngineRun.PROBLEM.model(),
                Recipes.optimizer("masked(train=\"fc2.*\", base=sam(rho=0.1, base=sgd(lr=1)))"),
                EngineRun.PROBLEM.start(),
                List.of(EngineRun.batch(0)))
            .get(0);
    double ascent = 0;
    for (String name : step.before().keySet()) {
      float[] before = step.before().get(name);
      float[] top = step.calls().get(1).point().get(name);
      for (int i = 0; i < before.length; i++) {
        ascent += Math.pow(top[i] - before[i], 2);
      }
      if (name.startsWith("fc2")) {
        assertThat(step.after().get(name)).as(name).isNotEqualTo(before);
      } else {
        assertThat(step.after().get(name)).as(name).containsExactly(before);
      }
    }
    assertThat(Math.sqrt(ascent)).as("radius over the trained").isCloseTo(0.1, within(1e-6));
  }

  @Test
  void mofo_moves_the_elements_with_the_largest_momentum() {
    float[] w = {1, -5, 2, 4, -3, 0.5f};
    assertThat(ClosedForm.matrix(3, 2).after("mofo(fraction=0.34, base=sgd(lr=0.1))", 1, w))
        .as("two of six: -5 and 4")
        .containsExactly(floats(1, -4.5, 2, 3.6, -3, 0.5), CLOSE);
  }

  @Test
  void sparse_acts_in_the_tasks_that_it_names() {
    for (String tasks : List.of("all", "first", "later")) {
      Optimizer sparse = Recipes.optimizer("sparse(tasks=" + tasks + ", inner=sam(base=sgd))");
      List<Boolean> acts =
          IntStream.range(0, 3).mapToObj(task -> sparse.phaseOf(task, 0, 10) == 0).toList();
      assertThat(acts)
          .as("tasks 0, 1 and 2 with tasks=" + tasks)
          .containsExactly(!tasks.equals("later"), !tasks.equals("first"), !tasks.equals("first"));
    }
  }

  @Test
  void per_task_changes_the_optimizer_after_the_first_task() {
    Optimizer whole = Recipes.optimizer("per-task(first=looksam(k=3), later=sparse(k=2))");
    Optimizer first = Recipes.optimizer("looksam(k=3)");
    Optimizer later = Recipes.optimizer("sparse(k=2)");
    assertThat(whole.phases()).isEqualTo(first.phases() + later.phases());
    for (int step = 0; step < 4; step++) {
      assertThat(whole.phaseOf(0, step, 10)).isEqualTo(first.phaseOf(0, step, 10));
      assertThat(whole.phaseOf(2, step, 10)).isEqualTo(first.phases() + later.phaseOf(2, step, 10));
    }
  }

  @Test
  void sparse_acts_on_every_kth_step_of_its_window() {
    List<TracedRun.Step> steps =
        ClosedForm.vector(1)
            .steps("sparse(k=2, from=0.2, until=0.8, inner=sam(base=sgd(momentum=0.9)))", 10, 1);
    // the window is 2 <= t < 8, the multiples of 2 in it are 2, 4, 6
    assertThat(steps.stream().map(s -> s.calls().size()))
        .as("passes by step")
        .containsExactly(1, 1, 2, 1, 2, 1, 2, 1, 1, 1);
  }
}
