package io.github.palimpsest.execution.simulation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.github.palimpsest.api.random.Streams;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class GridSimulationTest {
  private static final double INFINITE = Double.POSITIVE_INFINITY;
  private static final double EXACT = 1e-6;

  /** Two cells share the first unit: 0, then 1 or 2, and each ends with a row, 3 or 4. */
  private static final GridUnits FORK =
      new GridUnits(
          new double[] {10, 20, 30, 1, 2},
          new double[] {INFINITE, INFINITE, INFINITE, INFINITE, INFINITE},
          new int[][] {{0, 1, 3}, {0, 2, 4}});

  /** A random tree: each cell is a path of four units, of which neighbours share beginnings. */
  private static GridUnits tree(int cells, double checkpoint) {
    RandomGenerator random = Streams.stream(5, "test/tree", cells, 0);
    List<Double> seconds = new ArrayList<>();
    int[][] paths = new int[cells][4];
    for (int c = 0; c < cells; c++) {
      boolean same = c > 0;
      for (int level = 0; level < 4; level++) {
        same &= random.nextInt(4) > level;
        if (same) {
          paths[c][level] = paths[c - 1][level];
        } else {
          paths[c][level] = seconds.size();
          seconds.add(random.nextDouble(100, 1000));
        }
      }
    }
    return new GridUnits(
        seconds.stream().mapToDouble(d -> d).toArray(),
        seconds.stream().mapToDouble(d -> checkpoint).toArray(),
        paths);
  }

  private static double makespan(GridUnits units, int workers) {
    return GridSimulation.of(units, workers, Losses.NONE).makespanSeconds();
  }

  @Test
  void one_worker_takes_the_sum_of_all_times() {
    SimulatedRun run = GridSimulation.of(FORK, 1, Losses.NONE);
    assertThat(run.makespanSeconds()).isEqualTo(10 + 20 + 30 + 1 + 2);
    assertThat(run.utilisation()).isEqualTo(1);
    GridUnits units = tree(200, INFINITE);
    assertThat(makespan(units, 1)).isCloseTo(units.totalSeconds(), within(EXACT));
  }

  @Test
  void with_a_worker_for_each_cell_the_makespan_is_the_critical_path() {
    assertThat(FORK.criticalPathSeconds()).isEqualTo(10 + 30 + 2);
    assertThat(makespan(FORK, 2)).isEqualTo(42);
    GridUnits units = tree(200, INFINITE);
    assertThat(makespan(units, 200)).isCloseTo(units.criticalPathSeconds(), within(EXACT));
  }

  @Test
  void utilisation_is_work_over_workers_times_makespan() {
    SimulatedRun run = GridSimulation.of(FORK, 2, Losses.NONE);
    assertThat(run.utilisation()).isCloseTo(63 / (2 * 42.0), within(EXACT));
  }

  @Test
  void any_number_of_workers_stays_within_grahams_bound_and_above_both_lower_bounds() {
    GridUnits units = tree(300, INFINITE);
    for (int workers : new int[] {2, 3, 7, 20, 64}) {
      double lower = Math.max(units.criticalPathSeconds(), units.totalSeconds() / workers);
      assertThat(makespan(units, workers))
          .as("%d workers", workers)
          .isBetween(lower - EXACT, units.grahamSeconds(workers) + EXACT);
    }
    assertThat(FORK.grahamSeconds(2)).isEqualTo(63 / 2.0 + 42 / 2.0);
  }

  @Test
  void nothing_is_lost_at_rate_0() {
    SimulatedRun run =
        GridSimulation.of(FORK, 2, new Losses(0, Duration.ofSeconds(60), Duration.ofMinutes(5), 3));
    assertThat(run).isEqualTo(GridSimulation.of(FORK, 2, Losses.NONE));
    assertThat(run.lostSeconds()).isZero();
    assertThat(run.lostWorkers()).isZero();
  }

  @Test
  void a_lost_worker_costs_what_it_had_done_and_the_time_until_another_comes() {
    // one unit that outlives several workers: its checkpoints are all that survives
    GridUnits one = new GridUnits(new double[] {7200}, new double[] {60}, new int[][] {{0}});
    Losses losses = new Losses(0.9, Duration.ofSeconds(60), Duration.ofSeconds(300), 1);
    SimulatedRun run = GridSimulation.of(one, 1, losses);
    double lost = 0;
    double now = 0;
    double saved = 0;
    int workers = 0;
    while (7200 - saved > losses.life(0, workers)) {
      double reached = saved + losses.life(0, workers);
      now += losses.life(0, workers) + 300; // the lease of 60 s has ended by then
      saved = Math.floor(reached / 60) * 60;
      lost += reached - saved;
      workers++;
    }
    assertThat(workers).as("the seed loses some").isPositive();
    assertThat(run.lostWorkers()).isEqualTo(workers);
    assertThat(run.lostSeconds()).isCloseTo(lost, within(EXACT));
    assertThat(run.makespanSeconds()).isCloseTo(now + 7200 - saved, within(EXACT));
  }

  @Test
  void others_take_a_lost_unit_over_when_the_lease_has_ended() {
    GridUnits one = new GridUnits(new double[] {7200}, new double[] {INFINITE}, new int[][] {{0}});
    // a seed with which the first worker is lost and the second outlives the unit
    Losses losses =
        LongStream.range(0, 1000)
            .mapToObj(seed -> new Losses(0.5, Duration.ofSeconds(60), Duration.ofHours(999), seed))
            .filter(l -> l.life(0, 0) < 7200 && l.life(1, 0) > l.life(0, 0) + 60 + 7200)
            .findFirst()
            .orElseThrow();
    double first = losses.life(0, 0);
    SimulatedRun run = GridSimulation.of(one, 2, losses);
    assertThat(run.makespanSeconds()).isCloseTo(first + 60 + 7200, within(EXACT));
    assertThat(run.lostSeconds()).isCloseTo(first, within(EXACT));
    assertThat(run.lostShare()).isCloseTo(first / (first + 7200), within(EXACT));
  }

  @Test
  void lives_have_the_stated_probability_to_end_within_an_hour() {
    Losses losses = new Losses(0.01, Duration.ZERO, Duration.ZERO, 7);
    int n = 20_000;
    long ended = IntStream.range(0, n).filter(i -> losses.life(i, 0) < 3600).count();
    // three standard deviations of a binomial share: 3 sqrt(0.01 0.99 / n) = 0.0021
    assertThat(ended / (double) n).isBetween(0.01 - 0.0021, 0.01 + 0.0021);
  }

  @Test
  void the_same_seed_gives_the_same_run() {
    GridUnits units = tree(100, 50);
    Losses losses = new Losses(0.3, Duration.ofSeconds(60), Duration.ofSeconds(300), 11);
    SimulatedRun run = GridSimulation.of(units, 10, losses);
    assertThat(run.lostWorkers()).isPositive();
    assertThat(GridSimulation.of(units, 10, losses)).isEqualTo(run);
  }

  @Test
  void impossible_numbers_are_refused() {
    assertThatThrownBy(() -> GridSimulation.of(FORK, 0, Losses.NONE))
        .hasMessageContaining("must be a worker");
    assertThatThrownBy(() -> new Losses(1, Duration.ZERO, Duration.ZERO, 0))
        .hasMessageContaining("from 0 to below 1, and not 1.0");
    assertThatThrownBy(() -> new GridUnits(new double[1], new double[1], new int[][] {{0}, {1}}))
        .hasMessageContaining("unknown");
  }
}
