package io.github.palimpsest.results.analysis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.github.palimpsest.results.statistics.Correction;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ProbeAssociationTest {
  private static ProbeAssociation of(List<ProbedRun> runs) {
    return ProbeAssociation.of("facts", "sorting", "sam-gap, gap", runs);
  }

  private static List<ProbedRun> runs(int recipes, int seeds) {
    return ProbeScenario.ASSOCIATED.draw(recipes, seeds, new Random(3));
  }

  @Test
  void fewer_than_twenty_runs_are_described_and_carry_neither_interval_nor_p() {
    ProbeAssociation few = of(runs(19, 1));
    assertThat(few.spearman()).isFinite();
    assertThat(few.partial()).isFinite();
    assertThat(few.test()).isEmpty();
    assertThat(few.interval()).isEmpty();
    assertThat(few.says())
        .isEqualTo("fewer than 20 independent runs: neither an interval nor a p-value");
    assertThat(few.sentence()).endsWith("nor a p-value (19 runs)");
    assertThat(ProbeAssociation.adjusted(List.of(few)).get(0).holm()).isEmpty();
    assertThat(of(runs(2, 2)).partial()).as("too few to describe").isNaN();
    ProbeAssociation enough = of(runs(20, 1));
    assertThat(enough.interval()).isPresent();
    assertThat(enough.caveats()).isEmpty();
    assertThat(of(runs(20, 1))).as("equal runs give equal numbers").isEqualTo(enough);
  }

  @Test
  void p_values_are_adjusted_among_all_associations_that_have_one() {
    ProbeAssociation a = of(runs(20, 1));
    ProbeAssociation few = of(runs(5, 1));
    ProbeAssociation b = of(ProbeScenario.INDEPENDENT.draw(6, 5, new Random(2)));
    List<ProbeAssociation> all = ProbeAssociation.adjusted(List.of(a, few, b));
    double[] p = {a.test().orElseThrow().p(), b.test().orElseThrow().p()};
    double[] holm = Correction.HOLM.adjust(p);
    assertThat(all.get(0).holm().orElseThrow()).isEqualTo(holm[0]);
    assertThat(all.get(1).holm()).isEmpty();
    assertThat(all.get(2).holm().orElseThrow()).isEqualTo(holm[1]);
    assertThat(all.get(2).says()).isEqualTo("open");
  }

  @Test
  void runs_that_fill_no_table_of_recipes_and_seeds_are_left_out_and_counted() {
    List<ProbedRun> runs = new ArrayList<>(runs(6, 5));
    runs.removeIf(r -> r.recipe().equals("recipe 2") && r.seed() != 1);
    runs.removeIf(r -> r.recipe().equals("recipe 4") && r.seed() == 3);
    ProbeAssociation a = of(runs);
    // recipe 2 lacks four seeds of five; then seed 3 lacks one recipe of five, as recipe 4 a seed
    assertThat(a.recipes() * a.seeds()).isEqualTo(a.used()).isEqualTo(20);
    assertThat(a.runs()).hasSize(25);
    assertThat(a.caveats())
        .contains("5 of 25 runs are left out, because not every recipe has a run at their seed");
  }

  @Test
  void few_recipes_and_unequal_continuations_have_their_caveats() {
    List<ProbedRun> runs = new ArrayList<>(runs(2, 10));
    ProbedRun r = runs.get(0);
    runs.set(
        0,
        new ProbedRun(r.recipe(), r.seed(), r.value(), r.loss(), r.distance(), r.forgetting(), 3));
    assertThat(of(runs).caveats())
        .containsExactly(
            "with fewer than 5 recipes the test rests on the seeds within them, and not on what"
                + " distinguishes recipes",
            "the forgetting of a run is a mean over 1 to 3 cells, so it differs in what followed"
                + " too");
  }

  @ParameterizedTest
  @EnumSource(ProbeScenario.class)
  void an_association_is_rarely_found_where_there_is_none(ProbeScenario scenario) {
    int simulations = 100;
    double found = 0;
    for (int[] shape : ProbeCoverage.SHAPES) {
      found +=
          ProbeCoverage.of(scenario, shape[0], shape[1], simulations, new Random(7)).found()
              / ProbeCoverage.SHAPES.size();
    }
    int all = simulations * ProbeCoverage.SHAPES.size();
    if (scenario.none()) {
      assertThat(found).isLessThan(0.05 + 4 * Math.sqrt(0.05 * 0.95 / all));
    } else {
      assertThat(found).as("power").isGreaterThan(0.4);
    }
  }

  @Test
  void what_follows_from_loss_and_distance_is_undefined() {
    List<ProbedRun> runs =
        runs(20, 1).stream()
            .map(
                r ->
                    new ProbedRun(
                        r.recipe(),
                        r.seed(),
                        3 * r.distance(),
                        r.loss(),
                        r.distance(),
                        r.forgetting(),
                        1))
            .toList();
    ProbeAssociation a = of(runs);
    assertThat(a.partial()).as("residuals are rounding").isNaN();
    assertThat(a.test()).isEmpty();
    assertThat(a.says()).startsWith("undefined");
    assertThat(a.spearman()).isNotCloseTo(0, within(1e-9));
  }
}
