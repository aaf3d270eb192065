package io.github.palimpsest.optimizers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.github.palimpsest.api.optimizer.Optimizer;
import io.github.palimpsest.api.parameter.Params;
import io.github.palimpsest.api.parameter.Shape;
import io.github.palimpsest.api.parameter.WeightSnapshot;
import io.github.palimpsest.testing.QuadraticModel;
import io.github.palimpsest.testing.TracedRun;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.BiFunction;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;

/** Closed forms of the first steps, and what the methods imply of each other. */
@Tag("native")
final class SharpnessTest {
  private static final Map<String, Shape> SHAPE = Map.of("w.weight", Shape.of(2));

  /** {@code f(w) = (w0^2 + 4 w1^2) / 2}, whose gradient at (1, 1) is (1, 4). */
  private static final QuadraticModel BOWL =
      new QuadraticModel(
          SHAPE, Map.of("w.weight", new float[] {1, 4}), Map.of("w.weight", new float[] {0, 0}));

  private static TracedRun.Step step(String recipe, float... w) {
    return step(recipe, (tf, at) -> tf.constant(0f), w);
  }

  private static TracedRun.Step step(
      String recipe, BiFunction<Ops, Params, Operand<TFloat32>> penalty, float... w) {
    Optimizer optimizer = Recipes.optimizer(recipe);
    WeightSnapshot start = WeightSnapshot.of(SHAPE, Map.of("w.weight", w));
    return TracedRun.of(
            BOWL, optimizer, start, List.of(List.of(QuadraticModel.example("1"))), penalty)
        .get(0);
  }

  private static float[] ascent(TracedRun.Step step) {
    float[] w = step.calls().get(0).point().get("w.weight");
    float[] top = step.calls().get(1).point().get("w.weight");
    return new float[] {top[0] - w[0], top[1] - w[1]};
  }

  @Test
  void sam_over_sgd_takes_the_closed_form_step() {
    // g = (1, 4), e = 0.1 g / sqrt(17); gradient at w + e = (1 + e0, 4 (1 + e1))
    double e0 = 0.1 / Math.sqrt(17);
    double e1 = 0.4 / Math.sqrt(17);
    assertThat(step("sam(rho=0.1, base=sgd(lr=0.1))", 1, 1).after().get("w.weight"))
        .as("w - lr grad(w + e)")
        .containsExactly(
            new float[] {(float) (1 - 0.1 * (1 + e0)), (float) (1 - 0.4 * (1 + e1))},
            within(1e-6f));
  }

  @TestFactory
  Stream<DynamicTest> the_ascent_is_as_long_as_rho() {
    return Stream.of(0.05, 0.5, 2.0)
        .map(
            rho ->
                DynamicTest.dynamicTest(
                    "rho " + rho,
                    () -> {
                      float[] e = ascent(step("sam(rho=" + rho + ", base=sgd)", 0, 1e-3f));
                      assertThat(Math.hypot(e[0], e[1]) / rho)
                          .as("|e| / rho")
                          .isCloseTo(1, within(1e-6));
                    }));
  }

  @Test
  void asam_measures_the_ascent_in_units_of_the_weights() {
    // T = |w| + eta = (2.01, 1.01), g = (2, 4), T g = (4.02, 4.04); e = rho T (T g) / |T g|
    double norm = Math.hypot(4.02, 4.04);
    assertThat(ascent(step("asam(rho=0.1, eta=0.01, base=sgd)", 2, 1)))
        .as("rho T^2 g / |T g|")
        .containsExactly(
            new float[] {(float) (0.1 * 2.01 * 4.02 / norm), (float) (0.1 * 1.01 * 4.04 / norm)},
            within(1e-6f));
  }

  /** Gradient w on each of a kernel, a norm's gain and shift, and a bias, with eta = 0. */
  @Test
  void asam_scales_gains_as_its_authors_code_does_unless_told_otherwise() {
    Map<String, Float> at = Map.of("w.weight", 2f, "norm.gain", 3f, "norm.bias", 5f, "b", 7f);
    Map<String, Shape> shapes = new TreeMap<>();
    Map<String, float[]> start = new TreeMap<>();
    Map<String, float[]> ones = new TreeMap<>();
    Map<String, float[]> zeros = new TreeMap<>();
    at.forEach(
        (name, w) -> {
          shapes.put(name, Shape.of(1));
          start.put(name, new float[] {w});
          ones.put(name, new float[] {1});
          zeros.put(name, new float[] {0});
        });
    // T = (2, 3, 1, 1): T g = (4, 9, 5, 7), T^2 g = (8, 27, 5, 7); or T = 1 for the gain
    Map<String, Map<String, Float>> expected =
        Map.of(
            "paper", Map.of("w.weight", 8f, "norm.gain", 27f, "norm.bias", 5f, "b", 7f),
            "no-norms", Map.of("w.weight", 8f, "norm.gain", 3f, "norm.bias", 5f, "b", 7f));
    expected.forEach(
        (scale, ttg) -> {
          double gain = scale.equals("paper") ? 9 : 3;
          double norm = Math.sqrt(4 * 4 + gain * gain + 5 * 5 + 7 * 7);
          TracedRun.Step step =
              TracedRun.of(
                      new QuadraticModel(shapes, ones, zeros),
                      Recipes.optimizer("asam(rho=0.1, eta=0, scale=" + scale + ", base=sgd)"),
                      WeightSnapshot.of(shapes, start),
                      List.of(List.of(QuadraticModel.example("1"))))
                  .get(0);
          ttg.forEach(
              (name, e) ->
                  assertThat(step.calls().get(1).point().get(name)[0] - at.get(name))
                      .as("%s of %s", name, scale)
                      .isCloseTo((float) (0.1 * e / norm), within(1e-5f)));
        });
  }

  @TestFactory
  Stream<DynamicTest> asam_is_invariant_to_the_rescaling_that_its_variant_claims() {
    // f in the coordinates u = w / s has gradient s g: T e is the same if T scales like u
    return Stream.of("asam(rho=0.1, eta=0, base=sgd)", "asam(rho=0.1, scale=elementwise, base=sgd)")
        .map(
            recipe ->
                DynamicTest.dynamicTest(
                    recipe,
                    () -> {
                      float s = 8;
                      QuadraticModel rescaled =
                          new QuadraticModel(
                              SHAPE,
                              Map.of("w.weight", new float[] {s * s, 4 / (s * s)}),
                              Map.of("w.weight", new float[] {0, 0}));
                      WeightSnapshot start =
                          WeightSnapshot.of(SHAPE, Map.of("w.weight", new float[] {2 / s, 3 * s}));
                      TracedRun.Step other =
                          TracedRun.of(
                                  rescaled,
                                  Recipes.optimizer(recipe),
                                  start,
                                  List.of(List.of(QuadraticModel.example("1"))))
                              .get(0);
                      assertThat(other.calls().get(1).loss())
                          .as("loss at the top of the ascent")
                          .isCloseTo(step(recipe, 2, 3).calls().get(1).loss(), within(2e-5));
                    }));
  }

  @Test
  void a_zero_gradient_gives_no_ascent_and_no_step() {
    for (String recipe : List.of("sam(base=sgd)", "asam(base=sgd)", "sam(base=adam)")) {
      TracedRun.Step step = step(recipe, 0, 0);
      assertThat(ascent(step)).as("e of " + recipe).containsExactly(0, 0);
      assertThat(step.after().get("w.weight")).as("w after " + recipe).containsExactly(0, 0);
    }
  }

  @Test
  void the_ascent_may_leave_the_penalty_out() {
    // the penalty 10 w0 bends the full ascent from (1, 4) to (11, 4); the descent always has it
    BiFunction<Ops, Params, Operand<TFloat32>> penalty =
        (tf, at) ->
            tf.math.mul(
                tf.constant(10f),
                tf.reduceSum(
                    tf.slice(
                        at.tensors().get("w.weight"),
                        tf.constant(new int[] {0}),
                        tf.constant(new int[] {1})),
                    tf.constant(0)));
    TracedRun.Step full = step("sam(rho=1, base=sgd(lr=0.1))", penalty, 1, 1);
    TracedRun.Step data = step("sam(rho=1, ascent=data, base=sgd(lr=0.1))", penalty, 1, 1);
    double all = Math.hypot(11, 4);
    double own = Math.hypot(1, 4);
    assertThat(ascent(full))
        .as("(11, 4) / |(11, 4)|")
        .containsExactly(new float[] {(float) (11 / all), (float) (4 / all)}, within(1e-6f));
    assertThat(ascent(data))
        .as("(1, 4) / |(1, 4)|")
        .containsExactly(new float[] {(float) (1 / own), (float) (4 / own)}, within(1e-6f));
    assertThat(data.after().get("w.weight")[0])
        .as("1 - 0.1 (1 + e0 + 10)")
        .isCloseTo((float) (1 - 0.1 * (11 + 1 / own)), within(1e-6f));
  }

  @Test
  void a_wrapper_may_wrap_a_wrapper_and_costs_both() {
    String twice = "sam(base=asam(base=sgd(momentum=0.9)))";
    assertThat(Recipes.passes(twice)).as("2 x 2 passes").isEqualTo(4);
    assertThat(Recipes.slots(twice, EngineRun.PROBLEM.model().parameters()))
        .as("the momentum")
        .isEqualTo(1);
    assertThat(step(twice, 1, 1).calls()).as("oracle calls").hasSize(4);
  }
}
