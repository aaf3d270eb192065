package io.github.palimpsest.results.analysis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.github.palimpsest.results.analysis.EqualLoss.At;
import io.github.palimpsest.results.statistics.SeedContrast;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class EqualLossTest {
  /** Points at steps 0, 10, 20 and so on, each a loss and a value. */
  private static ForgettingCurve curve(String recipe, long seed, double passes, double... pairs) {
    List<ForgettingCurve.Point> points = new ArrayList<>();
    for (int i = 0; i < pairs.length; i += 2) {
      points.add(new ForgettingCurve.Point(5L * i, pairs[i], pairs[i + 1]));
    }
    return new ForgettingCurve(recipe, seed, passes, points);
  }

  private static EqualLoss compare(List<ForgettingCurve> curves) {
    return EqualLoss.of(Cells.FORGETTING, "b", "adamw", curves, List.of());
  }

  private static EqualLoss.Comparison at(At at, EqualLoss e) {
    return e.comparisons().stream().filter(c -> c.at() == at).findFirst().orElseThrow();
  }

  @Test
  void a_curve_is_read_on_the_straight_line_between_two_points() {
    ForgettingCurve c = curve("adamw", 1, 1, 4, 0, 2, 0.6, 1, 1.0);
    assertThat(c.atLoss(2.5).orElseThrow())
        .as("three quarters of the way from a loss of 4 to 2")
        .isCloseTo(0.75 * 0.6, within(1e-15));
    assertThat(c.atLoss(2)).as("a point itself").hasValue(0.6);
    assertThat(c.atLoss(1)).as("the last point").hasValue(1.0);
    assertThat(c.atLoss(9)).as("reached before the first step").hasValue(0);
    assertThat(c.atLoss(0.99)).as("never reached").isEmpty();
    assertThat(c.atStep(15).orElseThrow()).isCloseTo((0.6 + 1.0) / 2, within(1e-15));
    assertThat(c.atStep(20)).hasValue(1.0);
    assertThat(c.atStep(20.5)).isEmpty();
  }

  @Test
  void where_the_loss_rises_again_the_first_time_counts() {
    // falls to 1, rises to 3, and falls to 1.5
    ForgettingCurve c = curve("adamw", 1, 1, 4, 0, 1, 0.3, 3, 0.9, 1.5, 1.2);
    assertThat(c.atLoss(2).orElseThrow())
        .as("two thirds of the way from 4 to 1, not on the way from 3 to 1.5")
        .isCloseTo(2 / 3.0 * 0.3, within(1e-15));
    assertThat(c.atLoss(1.5).orElseThrow()).isCloseTo(2.5 / 3 * 0.3, within(1e-15));
  }

  @Test
  void recipes_are_compared_at_the_larger_of_their_last_losses_at_each_seed() {
    List<ForgettingCurve> curves = new ArrayList<>();
    double[] more = {0, 0.1, -0.1};
    for (int s = 0; s < 3; s++) {
      // the control ends at a loss of 1, the other at 2: it has learned less and forgotten less
      curves.add(curve("adamw", s, 1, 4, 0, 2, 0.6, 1, 1.0));
      curves.add(curve("sam", s, 2, 4, 0, 3, 0.4, 2, 0.8 + more[s]));
    }
    EqualLoss e = compare(curves);
    EqualLoss.Comparison loss = at(At.LOSS, e);
    assertThat(loss.matched()).isEqualTo(2);
    assertThat(loss.seeds())
        .extracting(EqualLoss.Seed::control)
        .as("the control at a loss of 2")
        .containsOnly(0.6);
    assertThat(loss.difference().seeds().mean()).isCloseTo(0.8 - 0.6, within(1e-12));
    assertThat(loss.difference().seeds().sd()).isCloseTo(0.1, within(1e-12));
    // t(2) of 97.5 %
    double half = 4.302652729749464 * 0.1 / Math.sqrt(3);
    assertThat(loss.difference().interval().orElseThrow().low())
        .isCloseTo(0.2 - half, within(1e-9));
    assertThat(loss.difference().conclusion().verdict()).isEqualTo(Conclusion.Verdict.EXPLORATORY);
    assertThat(at(At.STEPS, e).difference().seeds().mean())
        .as("the sign changes: after 20 steps it has forgotten less")
        .isCloseTo(0.8 - 1.0, within(1e-12));
    EqualLoss.Comparison passes = at(At.PASSES, e);
    assertThat(passes.matched()).as("20 of the control, 40 of the other").isEqualTo(20);
    assertThat(passes.difference().seeds().mean())
        .as("the other after 10 of its steps")
        .isCloseTo(0.4 - 1.0, within(1e-12));
    assertThat(e.caveats())
        .as("after equal passes all seeds differ alike")
        .containsExactly(
            SeedContrast.Evidence.WIDE.words(), SeedContrast.Evidence.UNDEFINED.words());
  }

  @Test
  void two_seeds_are_listed_and_equal_differences_give_no_test() {
    List<ForgettingCurve> curves = new ArrayList<>();
    for (int s = 0; s < 2; s++) {
      curves.add(curve("adamw", s, 1, 2, 0, 1, 0.5));
      curves.add(curve("sam", s, 1, 2, 0, 1, 0.4 + 0.1 * s));
    }
    assertThat(at(At.LOSS, compare(curves)).difference().interval()).isEmpty();
    assertThat(compare(curves).caveats()).containsExactly(SeedContrast.Evidence.LISTED.words());
    for (int s = 2; s < 5; s++) {
      curves.add(curve("adamw", s, 1, 2, 0, 1, 0.5));
      curves.add(curve("sam", s, 1, 2, 0, 1, 0.6));
    }
    assertThat(at(At.LOSS, compare(curves)).difference().interval())
        .as("five seeds that differ")
        .isPresent();
    List<ForgettingCurve> equal = new ArrayList<>();
    for (int s = 0; s < 5; s++) {
      equal.add(curve("adamw", s, 1, 2, 0, 1, 0.5));
      equal.add(curve("sam", s, 1, 2, 0, 1, 0.4));
    }
    assertThat(at(At.LOSS, compare(equal)).difference().interval()).isEmpty();
    assertThat(compare(equal).caveats()).containsExactly(SeedContrast.Evidence.UNDEFINED.words());
  }

  @Test
  void a_seed_without_a_curve_is_left_out_and_counted() {
    List<ForgettingCurve> curves = new ArrayList<>();
    for (int s = 0; s < 3; s++) {
      curves.add(curve("adamw", s, 1, 2, 0, 1, 0.5));
      curves.add(s == 1 ? curve("sam", s, 1) : curve("sam", s, 1, 2, 0, 1, 0.4));
    }
    curves.add(curve("sam", 9, 1, 2, 0, 1, 0.4)); // a seed that the control lacks
    EqualLoss e = compare(curves);
    assertThat(at(At.LOSS, e).seeds()).extracting(EqualLoss.Seed::seed).containsExactly(0L, 2L);
    assertThat(at(At.LOSS, e).leftOut()).isEqualTo(1);
    assertThat(e.sentences())
        .contains(
            "1 pair of cells is left out, because one of them has no points or does not reach the"
                + " matched loss");
    assertThat(e.curves()).as("a curve without points is none").hasSize(6);
  }

  @Test
  void the_mean_of_curves_is_taken_point_by_point() {
    List<ForgettingCurve.Point> mean =
        ForgettingCurve.mean(
            List.of(curve("adamw", 1, 1, 4, 0, 2, 0.6), curve("adamw", 2, 1, 2, 0, 1, 0.2)));
    assertThat(mean)
        .containsExactly(
            new ForgettingCurve.Point(0, (4 + 2) / 2.0, 0),
            new ForgettingCurve.Point(10, (2 + 1) / 2.0, (0.6 + 0.2) / 2));
  }
}
