package io.github.palimpsest.results.analysis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.github.palimpsest.api.PalimpsestException;
import io.github.palimpsest.results.statistics.Bootstrap;
import io.github.palimpsest.results.statistics.Interval;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What the analysis claims of made-up grids whose truth is known. */
class CoverageTest {
  private static final int SIMULATIONS = 1000;

  private static Coverage coverage(Scenario scenario, int seeds, AnalysisSettings settings) {
    return Coverage.of(scenario, seeds, SIMULATIONS, settings, new Random(20));
  }

  /** Four standard errors of a share of 0.95, and of 0.05, over 1,000 grids: 0.028. */
  private static final double NOISE = 4 * Math.sqrt(0.95 * 0.05 / SIMULATIONS);

  @ParameterizedTest
  @EnumSource(StandardScenario.class)
  void intervals_by_seed_cover_and_claims_are_rarely_false(StandardScenario scenario) {
    for (int seeds : new int[] {3, 5}) {
      Coverage c = coverage(scenario, seeds, AnalysisSettings.DEFAULT);
      assertThat(c.contrasts()).as("sam, 2 strategies, 2 interactions").hasSize(5);
      assertThat(c.contrasts())
          .allSatisfy(x -> assertThat(x.covered()).isBetween(0.95 - NOISE, 0.95 + NOISE));
      assertThat(c.falseClaims()).isLessThan(0.05 + NOISE);
      assertThat(c.familyCovered()).isGreaterThan(0.95 - NOISE);
    }
  }

  @Test
  void the_pooled_model_does_not_cover_where_cells_share_stages() {
    AnalysisSettings pooled = AnalysisSettings.DEFAULT.with(AnalysisSettings.Model.POOLED);
    Coverage c = coverage(StandardScenario.SHARED_STAGES, 5, pooled);
    assertThat(c.contrasts().get(0).contrast()).isEqualTo("sam - adamw");
    assertThat(c.contrasts().get(0).covered()).isLessThan(0.85);
    assertThat(c.falseClaims()).isGreaterThan(0.1);
  }

  /**
   * Scores of 4 examples, whose seeds and whose examples vary alike. Plain percentiles cover 85 %
   * with five seeds; four standard errors of a share of 0.94 over 300 grids are 0.055.
   */
  @ParameterizedTest
  @ValueSource(ints = {5, 8, 10, 20})
  void the_bootstrap_over_seeds_and_examples_covers(int seeds) {
    RandomGenerator rng = Resamples.stream("coverage of the bootstrap", seeds);
    double[] ones = new double[4];
    int grids = 300;
    Arrays.fill(ones, 1);
    int covered = 0;
    for (int i = 0; i < grids; i++) {
      double[][] d = new double[seeds][ones.length];
      for (double[] ofSeed : d) {
        double seed = rng.nextGaussian();
        Arrays.setAll(ofSeed, j -> seed + rng.nextGaussian());
      }
      Interval interval = Bootstrap.hierarchical(d, ones, Resamples.EXAMPLES, 0.95, rng);
      covered += interval.excludes(0) ? 0 : 1;
    }
    assertThat(covered / (double) grids).isBetween(0.94 - 0.055, 0.99);
  }

  @Test
  void two_seeds_claim_nothing() {
    Coverage c = coverage(StandardScenario.TRUE_EFFECT, 2, AnalysisSettings.DEFAULT);
    assertThat(c.contrasts()).allSatisfy(x -> assertThat(x.covered()).isNaN());
    assertThat(c.contrasts()).allSatisfy(x -> assertThat(x.claimed()).isZero());
    assertThat(c.falseClaims()).isZero();
  }

  @Test
  void more_seeds_find_a_true_effect_more_often() {
    double few = claimed(5);
    double many = claimed(20);
    assertThat(many).isGreaterThan(few);
    // d_z is 1, and three tests are made: at 20 seeds the power is near 1
    assertThat(many).isGreaterThan(0.9);
  }

  private static double claimed(int seeds) {
    return coverage(StandardScenario.TRUE_EFFECT, seeds, AnalysisSettings.DEFAULT)
        .contrasts()
        .get(0)
        .claimed();
  }

  @Test
  void a_grid_like_a_finished_one_has_its_means_and_its_covariance() {
    List<Observation> cells = new ArrayList<>();
    double[] a = {0.1, 0.3, 0.2};
    double[] b = {0.5, 0.9, 0.7}; // twice as far from its mean, in the same direction
    for (int s = 0; s < 3; s++) {
      cells.add(Cells.cell("adamw", "none", s, a[s]));
      cells.add(Cells.cell("sam", "none", s, b[s]));
    }
    GridScenario scenario = GridScenario.of(Cells.FORGETTING, cells);
    assertThat(scenario.truth()).containsOnlyKeys("sam - adamw");
    assertThat(scenario.truth().get("sam - adamw")).isCloseTo(0.7 - 0.2, within(1e-12));
    assertThat(scenario.without().truth().get("sam - adamw")).isZero();
    List<Observation> drawn = scenario.draw(20_000, new Random(3));
    double sum = 0;
    double squares = 0;
    for (int s = 0; s < 20_000; s++) {
      double x = drawn.get(2 * s).outcome("forgetting") - 0.2;
      double y = drawn.get(2 * s + 1).outcome("forgetting") - 0.7;
      assertThat(y).isCloseTo(2 * x, within(1e-12));
      sum += x;
      squares += x * x;
    }
    assertThat(sum / 20_000).isCloseTo(0, within(4 * 0.1 / Math.sqrt(20_000)));
    assertThat(squares / 20_000)
        .as("the variance of 0.1, 0.3, 0.2")
        .isCloseTo(0.01, within(0.0005));
  }

  @Test
  void a_grid_of_two_seeds_cannot_be_simulated() {
    assertThatThrownBy(() -> GridScenario.of(Cells.FORGETTING, Cells.grid(2)))
        .isInstanceOf(PalimpsestException.class)
        .hasMessageContaining("at least 3 seeds")
        .hasMessageContaining("all of 2 seeds");
  }
}
