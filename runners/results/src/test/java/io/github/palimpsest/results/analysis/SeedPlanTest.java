package io.github.palimpsest.results.analysis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.github.palimpsest.api.PalimpsestException;
import io.github.palimpsest.results.statistics.Power;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class SeedPlanTest {
  private static final Map<String, List<String>> PLANNED =
      Map.of("optimizer", List.of("adamw", "sam"), "strategy", List.of("none"));

  @Test
  void the_detectable_effect_scales_with_the_spread_and_the_family() {
    SeedPlan one = new SeedPlan(0.03, 1, "a stated value");
    SeedPlan three = new SeedPlan(0.03, 3, "a stated value");
    assertThat(one.detectable(5))
        .isCloseTo(
            0.03 * Power.detectable(5, 0.05, 0.8, Power.Alternative.TWO_SIDED), within(1e-12));
    assertThat(three.detectable(5))
        .as("each of three tests at 0.05 / 3")
        .isCloseTo(
            0.03 * Power.detectable(5, 0.05 / 3, 0.8, Power.Alternative.TWO_SIDED), within(1e-12));
  }

  @Test
  void the_seeds_for_an_effect_are_those_at_which_it_is_detectable() {
    SeedPlan plan = new SeedPlan(0.03, 2, "a stated value");
    int seeds = plan.seedsFor(0.02).orElseThrow();
    assertThat(plan.detectable(seeds)).isLessThanOrEqualTo(0.02);
    assertThat(plan.detectable(seeds - 1)).isGreaterThan(0.02);
    assertThat(plan.seedsFor(0)).isEmpty();
  }

  @Test
  void a_pilot_gives_the_largest_spread_of_its_primary_effects() {
    List<Observation> cells =
        List.of(
            Cells.cell("adamw", "none", 1, 0.5),
            Cells.cell("adamw", "none", 2, 0.5),
            Cells.cell("adamw", "none", 3, 0.5),
            Cells.cell("sam", "none", 1, 0.4),
            Cells.cell("sam", "none", 2, 0.3),
            Cells.cell("sam", "none", 3, 0.2));
    AnalysisSettings settings = AnalysisSettings.DEFAULT.claiming(List.of("forgetting"));
    Analysis pilot = Analysis.of(List.of(Cells.FORGETTING), cells, settings);
    assertThat(SeedPlan.ofPilot(pilot, cells, "'pilot'", PLANNED).widest().sd())
        .as("the sd of -0.1, -0.2, -0.3")
        .isCloseTo(0.1, within(1e-12));
    List<Observation> two = cells.stream().filter(c -> c.seed() < 3).toList();
    Analysis small = Analysis.of(List.of(Cells.FORGETTING), two, settings);
    assertThatThrownBy(() -> SeedPlan.ofPilot(small, two, "'pilot'", PLANNED))
        .isInstanceOf(PalimpsestException.class)
        .hasMessageContaining("the pilot 'pilot'")
        .hasMessageContaining("at least 3 seeds");
  }

  private static Observation measured(
      String optimizer, String strategy, long seed, double forgetting, double average) {
    return new Observation(
        optimizer + strategy + seed,
        optimizer + " + " + strategy,
        seed,
        Map.of("optimizer", optimizer, "strategy", strategy),
        Map.of("forgetting", forgetting, "average-score", average),
        new TradeOff(0, 0, 0, true, true),
        Map.of());
  }

  @Test
  void the_family_of_a_pilot_holds_the_effects_on_all_primary_outcomes_that_are_defined() {
    List<Observation> cells = new ArrayList<>();
    double[] forgetting = {-0.1, -0.2, -0.3}; // of sam against adamw, within each seed
    double[] average = {0.1, 0.3, 0.5};
    for (int s = 0; s < 3; s++) {
      for (String strategy : List.of("none", "ewc", "wise-ft")) {
        boolean merged = strategy.equals("wise-ft"); // it acts at the end only: no forgetting
        double none = merged ? Double.NaN : 0.5;
        cells.add(measured("adamw", strategy, s, none, 1));
        cells.add(measured("sam", strategy, s, none + forgetting[s], 1 + average[s]));
      }
    }
    List<Outcome> outcomes =
        List.of(Cells.FORGETTING, new Outcome("average-score", "nats", false, 1e-6));
    Map<String, List<String>> levels =
        Map.of(
            "optimizer", List.of("adamw", "sam"),
            "strategy", List.of("none", "ewc", "wise-ft", "replay"));
    List<String> both = List.of("forgetting", "average-score");
    AnalysisSettings settings = AnalysisSettings.DEFAULT.claiming(both);
    SeedPlan plan =
        SeedPlan.ofPilot(Analysis.of(outcomes, cells, settings), cells, "'pilot'", levels);
    // forgetting: sam, ewc, and replay, which the pilot lacks; average-score: wise-ft as well
    assertThat(plan.tests()).isEqualTo((1 + 2) + (1 + 3));
    assertThat(plan.spreads())
        .extracting(SeedPlan.Spread::outcome)
        .as("the widest first")
        .containsExactly("average-score", "forgetting");
    assertThat(plan.widest().sd()).as("the sd of 0.1, 0.3, 0.5").isCloseTo(0.2, within(1e-12));
    assertThat(plan.spreads().get(1).sd()).as("of -0.1, -0.2, -0.3").isCloseTo(0.1, within(1e-12));
    double exact = Power.requiredSeeds(0.3 / 0.2, 0.05 / 7, 0.8, Power.Alternative.TWO_SIDED);
    assertThat(plan.seedsFor(0.3)).hasValue((int) Math.ceil(exact));
    assertThat(plan.seedsFor(plan.spreads().get(1), 0.3).orElseThrow())
        .isLessThan(plan.seedsFor(0.3).orElseThrow());
    AnalysisSettings one = AnalysisSettings.DEFAULT.claiming(List.of("forgetting"));
    SeedPlan alone = SeedPlan.ofPilot(Analysis.of(outcomes, cells, one), cells, "x", levels);
    assertThat(alone.tests()).isEqualTo(1 + 2);
    assertThat(alone.widest().outcome()).isEqualTo("forgetting");
  }

  @Test
  void a_spread_of_nothing_is_refused() {
    assertThatThrownBy(() -> new SeedPlan(0, 1, "x"))
        .isInstanceOf(PalimpsestException.class)
        .hasMessageContaining("0.0");
  }
}
