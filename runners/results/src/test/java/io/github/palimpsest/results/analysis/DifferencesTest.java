package io.github.palimpsest.results.analysis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.github.palimpsest.results.statistics.Interval;
import io.github.palimpsest.results.statistics.McNemar;
import io.github.palimpsest.results.statistics.PairedDifference;
import io.github.palimpsest.results.statistics.Power;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class DifferencesTest {
  @Test
  void a_recipe_is_compared_with_the_first_one_over_the_seeds_that_both_have() {
    List<Observation> cells = new ArrayList<>();
    double[] base = {0.5, 0.7, 0.4};
    double[] other = {0.3, 0.4, 0.3, 9};
    for (int s = 0; s < base.length; s++) {
      cells.add(Cells.cell("adamw", "none", s, base[s]));
    }
    for (int s = 0; s < other.length; s++) {
      cells.add(Cells.cell("sam", "none", s, other[s]));
    }
    Differences d = Differences.of(Cells.FORGETTING, cells);
    assertThat(d.baseline()).isEqualTo("adamw");
    Difference one = d.recipes().get(0);
    assertThat(one.paired().n()).isEqualTo(3);
    assertThat(one.paired().mean()).as("(-0.2 - 0.3 - 0.1)/3").isCloseTo(-0.2, within(1e-12));
    assertThat(one.paired().sd()).isCloseTo(0.1, within(1e-12));
    assertThat(one.paired().dz()).isCloseTo(-2, within(1e-12));
    assertThat(one.bootstrap().low()).isBetween(-0.3 - 1e-9, -0.2);
    assertThat(one.detectable())
        .isCloseTo(0.1 * Power.detectable(3, 0.05, 0.8, Power.Alternative.TWO_SIDED), within(1e-9));
  }

  @Test
  void the_seeds_that_a_difference_needs_follow_from_the_spread() {
    List<Observation> cells = new ArrayList<>();
    double[] d = {0.1, 0.2, 0.3};
    for (int s = 0; s < d.length; s++) {
      cells.add(Cells.cell("adamw", "none", s, 0));
      cells.add(Cells.cell("sam", "none", s, d[s]));
    }
    Difference one = Differences.of(Cells.FORGETTING, cells).recipes().get(0);
    double exact = Power.requiredSeeds(0.05 / 0.1, 0.05, 0.8, Power.Alternative.TWO_SIDED);
    assertThat(one.seedsFor(0.05)).hasValue((int) Math.ceil(exact));
    assertThat(one.seedsFor(-0.05)).as("of either sign").hasValue((int) Math.ceil(exact));
    assertThat(one.seedsFor(1e-9)).as("too many to count").isEmpty();
  }

  @Test
  void one_seed_in_common_gives_no_interval_and_says_so() {
    Differences d =
        Differences.of(
            Cells.FORGETTING,
            List.of(Cells.cell("adamw", "none", 1, 0.5), Cells.cell("sam", "none", 1, 0.4)));
    assertThat(d.recipes()).isEmpty();
    assertThat(d.reason())
        .isEqualTo(
            "1 recipe shares fewer than two seeds with the baseline, and one seed gives no interval");
  }

  @Test
  void examples_right_with_the_one_and_wrong_with_the_other_are_counted_seed_by_seed() {
    List<ExampleDifference> all =
        ExampleDifference.of(
            List.of(
                Cells.judged("adamw", 1, 1, 1, 0, 0, 1),
                Cells.judged("adamw", 2, 1, 1, 0, 0, 1),
                Cells.judged("sam", 1, 0, 0, 1, 0, 1),
                Cells.judged("sam", 2, 0, 1, 0, 0, 1)));
    ExampleDifference d = all.get(0);
    assertThat(d.bySeed())
        .extracting(ExampleDifference.Test::counts)
        .containsExactly(new McNemar(2, 1), new McNemar(1, 0));
    assertThat(d.difference()).as("(-1 - 1/2 + 1/2)/5").isCloseTo(-0.2, within(1e-12));
    assertThat(d.bootstrap()).isPresent();
    assertThat(d.bySeed().get(1).adjusted().holm()).as("both exact p are 1").isEqualTo(1);
  }

  @Test
  void examples_of_one_seed_are_counted_but_get_no_interval() {
    ExampleDifference d =
        ExampleDifference.of(
                List.of(Cells.judged("adamw", 1, 1, 0, 1), Cells.judged("sam", 1, 0, 1, 1)))
            .get(0);
    assertThat(d.bootstrap()).isEmpty();
    assertThat(d.bySeed()).hasSize(1);
  }

  @Test
  void the_analysis_of_equal_cells_is_equal_to_the_last_digit() {
    Differences one = Differences.of(Cells.FORGETTING, Cells.grid(3));
    Differences two = Differences.of(Cells.FORGETTING, Cells.grid(3));
    assertThat(two).isEqualTo(one);
  }

  @Test
  void two_seeds_are_enough_for_a_difference_far_beyond_its_spread() {
    PairedDifference paired = PairedDifference.ofDifferences(new double[] {0.60, 0.61}, 0.95);
    Interval any = new Interval(0.605, 0.6, 0.61, 0.95);
    Difference d = new Difference("x", paired, any, new Adjusted(0, 0));
    assertThat(d.seedsFor(0.605)).as("0.605 / 0.007 is a d_z of 86").hasValue(2);
  }
}
