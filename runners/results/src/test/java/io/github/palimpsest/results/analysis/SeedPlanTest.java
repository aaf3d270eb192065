package io.github.palimpsest.results.analysis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.github.palimpsest.api.PalimpsestException;
import io.github.palimpsest.results.statistics.Power;
import java.util.List;
import org.junit.jupiter.api.Test;

class SeedPlanTest {
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
    assertThat(SeedPlan.ofPilot(pilot, "'pilot'", 2).sd())
        .as("the sd of -0.1, -0.2, -0.3")
        .isCloseTo(0.1, within(1e-12));
    List<Observation> two = cells.stream().filter(c -> c.seed() < 3).toList();
    Analysis small = Analysis.of(List.of(Cells.FORGETTING), two, settings);
    assertThatThrownBy(() -> SeedPlan.ofPilot(small, "'pilot'", 2))
        .isInstanceOf(PalimpsestException.class)
        .hasMessageContaining("the pilot 'pilot'")
        .hasMessageContaining("at least 3 seeds");
  }

  @Test
  void a_spread_of_nothing_is_refused() {
    assertThatThrownBy(() -> new SeedPlan(0, 1, "x"))
        .isInstanceOf(PalimpsestException.class)
        .hasMessageContaining("0.0");
  }
}
