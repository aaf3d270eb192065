package io.github.palimpsest.optimizers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.github.palimpsest.api.parameter.Shape;
import io.github.palimpsest.api.parameter.WeightSnapshot;
import io.github.palimpsest.engine.Seats;
import io.github.palimpsest.engine.StepGraph;
import io.github.palimpsest.engine.Training;
import io.github.palimpsest.engine.device.Device;
import io.github.palimpsest.testing.RowModel;
import io.github.palimpsest.testing.TracedRun;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/**
 * Ascents on some of the examples, on one weight whose ascent is just {@code rho} in the direction
 * of the gradient's sign, so that every step has a closed form: in one piece, and cut into
 * micro-batches.
 */
@Tag("native")
final class PartsOfABatchTest {
  private static final float[] X = {1, 2, -1, 3, 0.5f, -2, 1.5f};
  private static final float[] Y = {-0.5f, -2, -0.5f, 2, 2, -0.5f, 1};
  private static final float[] TOKENS = {1, 2, 3, 1, 4, 2, 1};
  private static final RowModel MODEL = new RowModel(X, Y, TOKENS);
  private static final double W = 0.4;
  private static final double RHO = 0.3;
  private static final int[] ALL = {0, 1, 2, 3, 4, 5, 6};

  private static double loss(int i, double w) {
    return Math.pow(w * X[i] - Y[i], 2);
  }

  private static double tokens(int... rows) {
    return IntStream.of(rows).mapToDouble(i -> TOKENS[i]).sum();
  }

  /** Of the mean loss of some examples. */
  private static double gradient(double w, int... rows) {
    return IntStream.of(rows).mapToDouble(i -> TOKENS[i] * 2 * X[i] * (w * X[i] - Y[i])).sum()
        / tokens(rows);
  }

  private static double top(int... rows) {
    return W + RHO * Math.signum(gradient(W, rows));
  }

  private static Stream<DynamicTest> moves(String recipe, double expected) {
    return IntStream.of(1, 2, 7)
        .mapToObj(
            k ->
                DynamicTest.dynamicTest(
                    recipe + " in " + k + " micro-batches",
                    () ->
                        assertThat((double) after(recipe, k))
                            .as("weight after a step")
                            .isCloseTo(W - 0.1 * expected, within(1e-6))));
  }

  private static float after(String recipe, int accumulation) {
    try (StepGraph graph =
        StepGraph.firstTask(
            MODEL,
            start(),
            Seats.of(Recipes.REGISTRY.recipe(recipe)),
            new Training(1, 0, X.length, accumulation, 0),
            7,
            Device.CPU)) {
      graph.step(MODEL.examples(), 0, 1);
      return graph.trainable().copy("w")[0];
    }
  }

  private static WeightSnapshot start() {
    return WeightSnapshot.of(Map.of("w", Shape.of(1)), Map.of("w", new float[] {(float) W}));
  }

  @TestFactory
  Stream<DynamicTest> sam_in_parts_climbs_in_each_part_by_itself() {
    int[] even = {0, 2, 4, 6};
    int[] odd = {1, 3, 5};
    assertThat(gradient(W, even) * gradient(W, odd)).as("parts that disagree").isNegative();
    double each =
        tokens(even) / 14 * gradient(top(even), even) + tokens(odd) / 14 * gradient(top(odd), odd);
    return moves("sam(rho=0.3, parts=2, base=sgd(lr=0.1))", each);
  }

  @TestFactory
  Stream<DynamicTest> with_a_part_for_each_example_every_example_climbs_its_own_loss() {
    double each = IntStream.of(ALL).mapToDouble(i -> TOKENS[i] / 14 * gradient(top(i), i)).sum();
    return moves("sam(rho=0.3, parts=7, base=sgd(lr=0.1))", each);
  }

  @TestFactory
  Stream<DynamicTest> more_parts_than_examples_add_nothing() {
    double each = IntStream.of(ALL).mapToDouble(i -> TOKENS[i] / 14 * gradient(top(i), i)).sum();
    return moves("sam(rho=0.3, parts=9, base=sgd(lr=0.1))", each);
  }

  @TestFactory
  Stream<DynamicTest> an_ascent_on_a_share_descends_on_all() {
    int[] some = {0, 2, 4, 6};
    assertThat(gradient(W, some) * gradient(W, ALL)).as("a share that disagrees").isNegative();
    return moves("sam(rho=0.3, ascent-share=0.5, base=sgd(lr=0.1))", gradient(top(some), ALL));
  }

  @TestFactory
  Stream<DynamicTest> esam_descends_on_the_examples_whose_loss_rises_most() {
    double w = top(ALL);
    int[] steepest =
        IntStream.of(ALL)
            .boxed()
            .sorted(Comparator.comparingDouble(i -> loss(i, W) - loss(i, w)))
            .limit(3) // ceil(0.4 * 7)
            .mapToInt(i -> i)
            .toArray();
    return moves("esam(rho=0.3, beta=1, gamma=0.4, base=sgd(lr=0.1))", gradient(w, steepest));
  }

  @TestFactory
  Stream<DynamicTest> esam_within_parts_of_an_outer_sam_still_finds_them() {
    // the outer ascent is on the examples that the inner one asks about
    double inner = W + RHO * Math.signum(gradient(top(ALL), ALL));
    int[] steepest =
        IntStream.of(ALL)
            .boxed()
            .sorted(Comparator.comparingDouble(i -> loss(i, W) - loss(i, inner)))
            .limit(3)
            .mapToInt(i -> i)
            .toArray();
    double outer = inner + RHO * Math.signum(gradient(inner, steepest));
    return moves(
        "sam(rho=0.3, base=esam(rho=0.3, beta=1, gamma=0.4, base=sgd(lr=0.1)))",
        gradient(outer, steepest));
  }

  @Test
  void asam_in_parts_is_asam_on_each_part() {
    // T = |w| of the one weight: e = rho |w| sign(g)
    double sum =
        DoubleStream.of(0, 1)
            .map(
                part -> {
                  int[] rows = IntStream.of(ALL).filter(i -> i % 2 == part).toArray();
                  double up = W + RHO * W * Math.signum(gradient(W, rows));
                  return tokens(rows) / 14 * gradient(up, rows);
                })
            .sum();
    assertThat((double) after("asam(rho=0.3, eta=0, parts=2, base=sgd(lr=0.1))", 1))
        .as("weight after a step")
        .isCloseTo(W - 0.1 * sum, within(1e-6));
  }

  @Test
  void esam_perturbs_each_weight_with_chance_beta_and_so_much_further() {
    // gradient w: 4,000 equal weights of norm sqrt(4000); kept ones move rho / beta / sqrt(4000)
    int n = 4000;
    float[] w = new float[n];
    java.util.Arrays.fill(w, 1);
    TracedRun.Step step =
        ClosedForm.matrix(n, 1).steps("esam(rho=0.1, beta=0.3, base=sgd)", 1, w).get(0);
    float[] top = step.calls().get(1).point().get("w.weight");
    int moved = 0;
    for (float x : top) {
      if (x != 1) {
        moved++;
        assertThat((double) x - 1)
            .as("ascent of a chosen weight")
            .isCloseTo(0.1 / 0.3 / Math.sqrt(n), within(1e-6));
      }
    }
    // 4,000 draws with chance 0.3: a deviation of 29
    assertThat(moved).as("chosen weights").isBetween(1200 - 4 * 29, 1200 + 4 * 29);
  }

  @Test
  void esam_may_choose_whole_tensors() {
    List<TracedRun.Step> steps =
        TracedRun.of(
            EngineRun.PROBLEM.model(),
            Recipes.optimizer("esam(rho=0.1, mask=tensor, gamma=1, base=sgd)"),
            EngineRun.PROBLEM.start(),
            IntStream.range(0, 8).mapToObj(EngineRun::batch).toList());
    int still = 0;
    for (TracedRun.Step step : steps) {
      for (String name : step.before().keySet()) {
        float[] before = step.before().get(name);
        float[] top = step.calls().get(1).point().get(name);
        long moved = IntStream.range(0, top.length).filter(i -> top[i] != before[i]).count();
        still += moved == 0 ? 1 : 0;
        assertThat(moved == 0 || moved > top.length / 2).as(name + " as a whole").isTrue();
      }
    }
    assertThat(still).as("tensors left alone in 8 steps of 4 tensors").isBetween(5, 27);
  }
}
