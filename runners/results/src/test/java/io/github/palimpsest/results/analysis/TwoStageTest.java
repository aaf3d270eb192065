package io.github.palimpsest.results.analysis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.github.palimpsest.results.statistics.Interval;
import io.github.palimpsest.results.statistics.SeedContrast;
import io.github.palimpsest.results.statistics.TTest;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Stein's two-stage rule: how many seeds it asks for, and the intervals that it gives. */
class TwoStageTest {
  /** t(0.975) on 4 degrees of freedom. */
  private static final double T = 2.7764451051977987;

  /** The differences of five seeds, with mean 3 and sd sqrt(2.5), and of two added ones. */
  private static final double[] DIFFERENCES = {1, 2, 3, 4, 5, 3, 10};

  private static final double SD = Math.sqrt(2.5);

  private static TwoStage rule(double width, int most) {
    return new TwoStage(width, most, List.of(1L, 2L, 3L, 4L, 5L), OptionalInt.empty());
  }

  private static List<Observation> cells(int seeds) {
    List<Observation> cells = new ArrayList<>();
    for (int s = 1; s <= seeds; s++) {
      cells.add(Cells.cell("adamw", "none", s, 0));
      cells.add(Cells.cell("sam", "none", s, DIFFERENCES[s - 1]));
    }
    return cells;
  }

  private static Analysis analysis(int seeds, TwoStage rule) {
    return Analysis.of(
        List.of(Cells.FORGETTING),
        cells(seeds),
        AnalysisSettings.DEFAULT.claiming(List.of("forgetting")).by(rule));
  }

  @Test
  void the_number_of_seeds_is_steins() {
    Analysis first = analysis(5, rule(1.5, 100));
    int expected = (int) Math.ceil(Math.pow(2 * T * SD / 1.5, 2));
    assertThat(expected).as("a width that five seeds do not reach").isGreaterThan(5);
    assertThat(rule(1.5, 100).needed(first.effects())).hasValue(expected);
    assertThat(rule(100, 100).needed(first.effects())).as("never fewer").hasValue(5);
    assertThat(rule(1.5, 7).needed(first.effects())).as("beyond the limit").hasValue(expected);
  }

  @Test
  void several_primary_effects_share_the_level() {
    List<Observation> cells = cells(5);
    for (int s = 1; s <= 5; s++) {
      cells.add(Cells.cell("lion", "none", s, 0.01 * DIFFERENCES[s - 1]));
    }
    Analysis first =
        Analysis.of(
            List.of(Cells.FORGETTING),
            cells,
            AnalysisSettings.DEFAULT.claiming(List.of("forgetting")).by(rule(1.5, 100)));
    double half = new TTest(3, SD / Math.sqrt(5), 4).interval(1 - 0.05 / 2).high() - 3;
    assertThat(rule(1.5, 100).needed(first.effects()))
        .as("two effects, each at 0.05 / 2; the wider one decides")
        .hasValue((int) Math.ceil(5 * Math.pow(2 * half / 1.5, 2)));
  }

  @Test
  void intervals_of_more_seeds_take_their_spread_from_the_first_ones() {
    Analysis all = analysis(7, rule(1.5, 100));
    Effect sam = all.effects().get(0).main().get(0);
    double mean = (1 + 2 + 3 + 4 + 5 + 3 + 10) / 7.0;
    double half = T * SD / Math.sqrt(7);
    Interval interval = sam.interval().orElseThrow();
    assertThat(interval.low()).isCloseTo(mean - half, within(1e-9));
    assertThat(interval.high()).isCloseTo(mean + half, within(1e-9));
    assertThat(all.differences().get(0).recipes().get(0).interval().orElseThrow())
        .as("differences of recipes too")
        .isEqualTo(interval);
    assertThat(sam.seeds().first()).isEqualTo(5);
    assertThat(sam.test().orElseThrow().df()).isEqualTo(4);
  }

  @Test
  void a_first_stage_without_a_spread_defines_no_interval_whatever_follows() {
    SeedContrast c = new SeedContrast(new double[] {1, 1, 1, 1, 1, 2, 3}, 1e-6, 5);
    assertThat(c.evidence()).isEqualTo(SeedContrast.Evidence.UNDEFINED);
    assertThat(c.test()).isEmpty();
  }

  @Test
  void the_report_says_the_rule_and_whether_the_width_was_reached() {
    TwoStage reached = new TwoStage(3.4, 20, List.of(1L, 2L, 3L, 4L, 5L), OptionalInt.of(7));
    // 2 T sd / sqrt(7) = 3.32
    assertThat(analysis(7, reached).precision())
        .hasSize(3)
        .anyMatch(s -> s.contains("Stein's two-stage rule") && s.contains("3.40 nats"))
        .anyMatch(s -> s.contains("the first 5 seeds, on 4 degrees of freedom"))
        .anyMatch(s -> s.contains("is reached with 7 seeds") && s.contains("3.32 nats wide"));
    TwoStage limited = new TwoStage(1.5, 7, List.of(1L, 2L, 3L, 4L, 5L), OptionalInt.of(35));
    assertThat(analysis(7, limited).precision())
        .anyMatch(
            s ->
                s.contains("is not reached with 7 seeds")
                    && s.contains("it needs 35 seeds, and the limit is 7"));
    assertThat(analysis(5, rule(1.5, 7)).precision())
        .anyMatch(s -> s.contains("first stage is not finished"));
  }

  private static final int SIMULATIONS = 1000;

  private static Coverage coverage(Scenario scenario, SeedRule rule) {
    return Coverage.of(scenario, rule, SIMULATIONS, AnalysisSettings.DEFAULT, new Random(45));
  }

  /** Four standard errors of a share of 0.95 over 1,000 grids: 0.028. */
  private static final double NOISE = 4 * Math.sqrt(0.95 * 0.05 / SIMULATIONS);

  @Test
  void the_rule_keeps_its_coverage_also_where_the_limit_ends_it() {
    for (int most : new int[] {12, 200}) {
      Coverage c = coverage(StandardScenario.SHARED_STAGES, TwoStage.simulated(0.1, most, 5));
      assertThat(c.contrasts())
          .allSatisfy(x -> assertThat(x.covered()).isBetween(0.95 - NOISE, 0.95 + NOISE));
      assertThat(c.familyCovered()).isGreaterThan(0.95 - NOISE);
      assertThat(c.falseClaims()).isLessThan(0.05 + NOISE);
      assertThat(c.meanSeeds()).isBetween(5.0, (double) most);
      assertThat(c.reached()).isGreaterThan(most == 200 ? 0.999 : 0.2);
    }
  }

  @Test
  void adding_seeds_until_the_interval_is_narrow_does_not_cover() {
    Scenario one = new PairScenario(0.1);
    assertThat(coverage(one, new SeedRule.Peeking(0.1, 200, 3)).lowest())
        .as("nominally 0.95")
        .isLessThan(0.95 - NOISE);
    assertThat(coverage(one, TwoStage.simulated(0.1, 200, 3)).lowest())
        .isBetween(0.95 - NOISE, 0.95 + NOISE);
  }
}
