package io.github.palimpsest.execution;

import static io.github.palimpsest.execution.ToyRun.content;
import static io.github.palimpsest.execution.ToyRun.plan;
import static io.github.palimpsest.execution.ToyRun.run;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.palimpsest.experiment.plan.Plan;
import io.github.palimpsest.results.folder.Json;
import io.github.palimpsest.results.folder.JsonFile;
import io.github.palimpsest.results.folder.RunStatus;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A run that is asked to stop, and what others see of a run. */
@Tag("native")
class StoppedRunTest {
  @TempDir Path temp;

  /** Asks to stop once a cell has so many steps. */
  private static final class StopAt implements RunListener {
    private final long step;
    private boolean reached;

    StopAt(long step) {
      this.step = step;
    }

    @Override
    public void on(RunEvent event) {
      if (event instanceof RunEvent.Step step) {
        reached |= step.stepsOfCell() == this.step;
      }
    }

    @Override
    public boolean stops() {
      return reached;
    }
  }

  @Test
  void a_run_that_is_stopped_goes_on_with_the_very_next_step_to_the_same_bytes()
      throws IOException {
    Plan plan = plan("{optimizer: [sgd, sam]}");
    run(plan, temp.resolve("whole"), RunListener.NONE);
    for (long at : new long[] {1, 14, 15, 16, 29, 30}) {
      Path out = temp.resolve("stopped-" + at);
      assertThat(run(plan, out, new StopAt(at)))
          .as("stopped at step " + at + " of 30 of the first cell")
          .isEqualTo(new ExperimentRun.Summary(at == 30 ? 1 : 0, 0, 0));
      ToyRun.Steps steps = new ToyRun.Steps();
      run(plan, out, steps);
      assertThat(steps.steps.get(0))
          .as("no step is done twice: a checkpoint was kept at step " + at)
          .isEqualTo(at % 30 + 1);
      assertThat(content(out)).isEqualTo(content(temp.resolve("whole")));
    }
  }

  @Test
  void the_first_failed_cell_ends_a_run_that_is_to_fail_fast() {
    Plan plan = plan("{optimizer: [sgd(lr=1e38), sgd, sam]}");
    try (ToySubject subject = new ToySubject()) {
      assertThat(
              ExperimentRun.run(
                  plan,
                  new RunSettings(
                      RunSettings.Sharing.SHARED,
                      RunSettings.Patience.FAIL_FAST,
                      RunSettings.ANY_SIZE),
                  subject,
                  temp.resolve("fast"),
                  RunListener.NONE))
          .isEqualTo(new ExperimentRun.Summary(0, 0, 1));
    }
    assertThat(run(plan, temp.resolve("kept"), RunListener.NONE))
        .as("the default goes on")
        .isEqualTo(new ExperimentRun.Summary(2, 0, 1));
  }

  @Test
  void the_state_of_a_folder_is_read_while_a_run_writes_to_it() {
    Plan plan = plan("{optimizer: [sgd, sam]}");
    Path out = temp.resolve("out");
    List<RunStatus> seen = new ArrayList<>();
    RunListener watcher =
        event -> {
          if (event instanceof RunEvent.Training) {
            seen.add(RunStatus.of(out));
          }
        };
    run(plan, out, watcher);
    assertThat(seen)
        .extracting(RunStatus::trained)
        .as("2 cells of 2 stages")
        .containsExactly(0, 1, 2, 3);
    assertThat(seen).extracting(RunStatus::finished).containsExactly(0, 0, 1, 1);
    assertThat(seen.get(1).text())
        .contains("toy: 0 of 2 cells done, 0 failed; 1 of 4 trainings done")
        .containsPattern(
            "process "
                + ProcessHandle.current().pid()
                + ": training task 2 'b', seed \\d+.*, sgd\\(lr=0\\.1\\)");
    RunStatus last = RunStatus.of(out);
    assertThat(last.json().path("runs")).as("no run any more").isEmpty();
    assertThat(last.trained()).isEqualTo(4);
    assertThatThrownBy(() -> RunStatus.of(temp)).hasMessageContaining("is not an output folder");
  }

  @Test
  void a_process_that_is_gone_is_told_as_dead_and_forgotten_by_the_next_run() throws IOException {
    Plan plan = plan("{optimizer: [sgd]}");
    Path out = temp.resolve("out");
    run(plan, out, new StopAt(3));
    Path note = out.resolve("work/run-999999999-1.json");
    JsonFile.write(note, Json.object().put("pid", 999_999_999).put("doing", "training"));
    assertThat(RunStatus.of(out).text()).contains("process 999999999: died while training");
    run(plan, out, RunListener.NONE);
    assertThat(Files.exists(note)).isFalse();
  }
}
