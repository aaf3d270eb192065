package io.github.palimpsest.execution.pool;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.github.palimpsest.api.discovery.Plugins;
import io.github.palimpsest.experiment.file.Experiment;
import io.github.palimpsest.experiment.file.ExperimentFile;
import io.github.palimpsest.experiment.plan.Cell;
import io.github.palimpsest.experiment.plan.Plan;
import io.github.palimpsest.experiment.plan.Stages;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class GridWorkTest {
  private static final long SECOND = 1_000_000_000L;

  private long now;
  private Plan plan;
  private Stages stages;
  private GridWork work;
  private final SortedMap<String, Double> passes = new TreeMap<>();

  /** Two optimizers, with and without replay: task 1 twice, task 2 four times. */
  @BeforeEach
  void grid() {
    String text =
        """
        name: toy
        model: none
        tasks:
          - {name: a, data: a.json, format: instructions, measure: exact-match, held-out: 1}
          - {name: b, data: b.json, format: instructions, measure: exact-match, held-out: 1}
        training: {epochs: 1, batch: 4}
        seeds: [1]
        axes: {optimizer: [adamw, sgd], rehearsal: [none, replay]}
        """;
    Experiment toy = ExperimentFile.parse("toy.yaml", text, Path.of("."), Map.of());
    plan = Plan.of(toy, Plugins.onClassPath(), new TreeMap<>());
    stages = Stages.of(plan, true);
    work = new GridWork(plan, stages, () -> now);
    stages.all().forEach(stage -> passes.put(stage.id(), 10.0));
    assertThat(passes).hasSize(6);
  }

  private String stage(int cell, int task) {
    return stages.of(plan.cells().get(cell)).get(task).id();
  }

  private double secondsLeft() {
    return work.timeLeft().map(Duration::toNanos).orElse(-1L) / 1e9;
  }

  @Test
  void the_time_left_follows_from_the_passes_done_since_the_run_began() {
    work.open(passes);
    assertThat(work.timeLeft()).as("nothing is known yet").isEmpty();
    work.step(0, stage(0, 0), 1, 20);
    assertThat(work.timeLeft()).as("one step of twenty says too little").isEmpty();
    work.step(0, stage(0, 0), 10, 20);
    now = 5 * SECOND;
    assertThat(work.done()).as("half of a stage").isEqualTo(5);
    assertThat(work.left()).isEqualTo(55);
    assertThat(secondsLeft()).as("a pass a second").isCloseTo(55, within(1e-6));
    work.trained(0);
    assertThat(work.trainedStages()).isEqualTo(1);
    assertThat(work.openStages()).isEqualTo(5);
    // another run had trained the other first task half
    work.step(1, stage(2, 0), 6, 10);
    now = 22 * SECOND;
    assertThat(work.done()).as("one stage, and a tenth of another").isCloseTo(11, within(1e-9));
    assertThat(work.left()).as("6 of 50 are there").isCloseTo(44, within(1e-9));
    assertThat(secondsLeft()).as("two seconds a pass").isCloseTo(88, within(1e-6));
  }

  @Test
  void what_only_failed_cells_needed_is_not_left() {
    work.open(passes);
    Cell failed = plan.cells().get(0);
    work.closed(failed.id());
    assertThat(work.left()).as("its second task alone was its own").isEqualTo(50);
    work.closed(plan.cells().get(1).id());
    assertThat(work.left()).as("the three stages of the other optimizer").isEqualTo(30);
    work.step(0, stage(2, 0), 1, 2);
    work.dropped(0);
    assertThat(work.done()).as("a worker that died has done nothing").isZero();
    assertThat(work.left()).isEqualTo(30);
  }
}
