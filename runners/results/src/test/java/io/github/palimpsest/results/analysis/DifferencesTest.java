package io.github.palimpsest.results.analysis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.github.palimpsest.results.statistics.McNemar;
import io.github.palimpsest.results.statistics.Power;
import io.github.palimpsest.results.statistics.SeedContrast;
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
    assertThat(one.seeds().n()).isEqualTo(3);
    assertThat(one.seeds().mean()).as("(-0.2 - 0.3 - 0.1)/3").isCloseTo(-0.2, within(1e-12));
    assertThat(one.seeds().sd()).isCloseTo(0.1, within(1e-12));
    assertThat(one.seeds().dz()).isCloseTo(-2, within(1e-12));
    assertThat(one.seeds().detectable(one.conclusion().claims()))
        .isCloseTo(0.1 * Power.detectable(3, 0.05, 0.8, Power.Alternative.TWO_SIDED), within(1e-9));
    assertThat(one.conclusion().verdict())
        .as("differences of recipes are no part of the primary family")
        .isEqualTo(Conclusion.Verdict.EXPLORATORY);
    assertThat(d.caveats()).containsExactly(SeedContrast.Evidence.WIDE.words());
  }

  @Test
  void the_seeds_that_a_difference_needs_follow_from_the_spread() {
    SeedContrast one = new SeedContrast(new double[] {0.1, 0.2, 0.3}, 1e-6);
    double exact = Power.requiredSeeds(0.05 / 0.1, 0.05, 0.8, Power.Alternative.TWO_SIDED);
    assertThat(one.seedsFor(0.05, 1)).hasValue((int) Math.ceil(exact));
    assertThat(one.seedsFor(-0.05, 1)).as("of either sign").hasValue((int) Math.ceil(exact));
    assertThat(one.seedsFor(1e-9, 1)).as("too many to count").isEmpty();
    double four = Power.requiredSeeds(0.05 / 0.1, 0.05 / 4, 0.8, Power.Alternative.TWO_SIDED);
    assertThat(one.seedsFor(0.05, 4)).as("with 4 tests").hasValue((int) Math.ceil(four));
  }

  @Test
  void one_seed_in_common_is_listed_without_an_interval() {
    Differences d =
        Differences.of(
            Cells.FORGETTING,
            List.of(Cells.cell("adamw", "none", 1, 0.5), Cells.cell("sam", "none", 1, 0.4)));
    assertThat(d.recipes().get(0).seeds().mean()).isCloseTo(0.4 - 0.5, within(1e-12));
    assertThat(d.recipes().get(0).interval()).isEmpty();
    assertThat(d.caveats()).containsExactly(SeedContrast.Evidence.SINGLE.words());
  }

  @Test
  void a_recipe_that_shares_no_seed_with_the_baseline_is_counted() {
    Differences d =
        Differences.of(
            Cells.FORGETTING,
            List.of(Cells.cell("adamw", "none", 1, 0.5), Cells.cell("sam", "none", 2, 0.4)));
    assertThat(d.recipes()).isEmpty();
    assertThat(d.reason()).isEqualTo("1 recipe shares no seed with the baseline");
  }

  @Test
  void a_recipe_without_the_outcome_is_counted_apart() {
    List<Observation> cells =
        List.of(Cells.cell("adamw", "none", 1, 0.5), Cells.cell("adamw", "wise-ft", 1, Double.NaN));
    assertThat(Differences.of(Cells.FORGETTING, cells).reason())
        .isEqualTo("1 recipe has no forgetting");
    assertThat(Differences.of(Cells.FORGETTING, List.of(cells.get(1), cells.get(0))).reason())
        .isEqualTo("the baseline has no forgetting");
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
        .extracting(ExampleDifference.Flips::counts)
        .containsExactly(new McNemar(2, 1), new McNemar(1, 0));
    assertThat(d.difference()).as("(-1 - 1/2 + 1/2)/5").isCloseTo(-0.2, within(1e-12));
    assertThat(d.allSeeds()).hasValue(new McNemar(2 + 1, 1 + 0));
    // of 4 changed examples 3 are lost: 2 P(Binomial(4, 1/2) <= 1) = 2 (1 + 4) / 16
    assertThat(d.adjusted().holm()).as("a family of one").isCloseTo(2 * 5 / 16.0, within(1e-12));
    assertThat(d.bootstrap()).as("two seeds are too few").isEmpty();
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
  void the_exact_test_gains_power_with_every_seed() {
    List<Observation> cells = new ArrayList<>();
    double[] before = {1, 1, 1, 1, 0, 0};
    double[] after = {0, 0, 1, 1, 0, 0};
    for (int seed = 0; seed < 5; seed++) {
      cells.add(Cells.judged("adamw", seed, before));
      cells.add(Cells.judged("sam", seed, after));
    }
    ExampleDifference d = ExampleDifference.of(cells).get(0);
    // 2 lost and none gained at each of 5 seeds: 2 / 2^10
    assertThat(d.adjusted().holm()).isCloseTo(2 * Math.pow(0.5, 10), within(1e-15));
    assertThat(d.bootstrap()).as("from five seeds on").isPresent();
    assertThat(d.bootstrap().orElseThrow().estimate()).isCloseTo(-2 / 6.0, within(1e-12));
  }
}
