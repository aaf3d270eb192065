package io.github.palimpsest.execution;

import static io.github.palimpsest.execution.ToyRun.content;
import static io.github.palimpsest.execution.ToyRun.plan;
import static io.github.palimpsest.execution.ToyRun.run;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.palimpsest.experiment.plan.Plan;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Cells and runs share their work, and no byte of a result changes by it. */
@Tag("native")
class SharedRunTest {
  @TempDir Path temp;

  @Test
  void more_seeds_and_levels_in_the_same_folder_run_only_what_is_new() {
    Path out = temp.resolve("out");
    run(plan("{optimizer: [sgd]}"), out, RunListener.NONE);
    assertThat(run(plan("{optimizer: [sam, sgd]}"), out, RunListener.NONE))
        .isEqualTo(new ExperimentRun.Summary(1, 1, 0));
  }

  @Test
  void two_runs_share_the_work_of_one_folder_and_end_with_the_same_bytes() throws Exception {
    Plan plan = plan("{optimizer: [sgd, sam, sgd(lr=0.2)], merger: [none, wise-ft]}");
    run(plan, temp.resolve("alone"), RunListener.NONE);
    Path out = temp.resolve("shared");
    List<String> trained = java.util.Collections.synchronizedList(new ArrayList<>());
    RunListener counter =
        event -> {
          if (event instanceof RunEvent.Step step) {
            trained.add(step.cell() + step.task() + step.stepsOfCell());
          }
        };
    var executor = java.util.concurrent.Executors.newFixedThreadPool(2);
    try {
      var first = executor.submit(() -> run(plan, out, counter));
      var second = executor.submit(() -> run(plan, out, counter));
      assertThat(first.get().failed() + second.get().failed()).isZero();
    } finally {
      executor.shutdown();
    }
    assertThat(content(out)).isEqualTo(content(temp.resolve("alone")));
    assertThat(trained)
        .as(
            "9 stages of 15 steps, each trained by one of the runs: task 1 of 3 optimizers, task 2"
                + " of them with and without the merger between")
        .hasSize(9 * 15);
  }

  @Test
  void sharing_trains_less_and_changes_no_byte_of_a_result() throws IOException {
    Plan plan = plan("{optimizer: [sgd, sam], merger: [none, wise-ft]}");
    List<String> steps = new ArrayList<>();
    RunListener counter =
        event -> {
          if (event instanceof RunEvent.Step step) {
            steps.add(step.task());
          }
        };
    run(plan, ToyRun.SEPARATE, temp.resolve("separate"), counter);
    assertThat(steps).as("4 cells of 2 tasks of 15 steps").hasSize(4 * 2 * 15);
    steps.clear();
    run(plan, RunSettings.DEFAULT, temp.resolve("shared"), counter);
    assertThat(steps)
        .as("task a of 2 optimizers, task b of them with and without the merger between")
        .hasSize((2 + 4) * 15);
    assertThat(content(temp.resolve("shared"))).isEqualTo(content(temp.resolve("separate")));
  }

  @Test
  void another_level_of_a_late_axis_trains_only_what_depends_on_it() {
    Path out = temp.resolve("out");
    run(plan("{optimizer: [sgd], merger: [none]}"), out, RunListener.NONE);
    List<String> steps = new ArrayList<>();
    RunListener counter =
        event -> {
          if (event instanceof RunEvent.Step step) {
            steps.add(step.task());
          }
        };
    run(plan("{optimizer: [sgd], merger: [none, wise-ft]}"), out, counter);
    assertThat(steps)
        .as("task b after the merger, and no step of task a")
        .hasSize(15)
        .containsOnly("b");
  }
}
