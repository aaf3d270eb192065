package io.github.palimpsest.execution;

import static io.github.palimpsest.execution.ToyRun.content;
import static io.github.palimpsest.execution.ToyRun.losses;
import static io.github.palimpsest.execution.ToyRun.plan;
import static io.github.palimpsest.execution.ToyRun.run;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.palimpsest.experiment.plan.Plan;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A run that was killed goes on to the same bytes. */
@Tag("native")
class InterruptedRunTest {
  @TempDir Path temp;

  /** What a kill is, seen from inside: nothing catches it. */
  static final class Killed extends Throwable {
    private static final long serialVersionUID = 1L;

    /** Is thrown undeclared: exceptions and errors are caught as those of a plugin. */
    static void now() {
      Killed.<RuntimeException>thrown(new Killed());
    }

    @SuppressWarnings("unchecked")
    private static <E extends Throwable> void thrown(Throwable killed) throws E {
      throw (E) killed;
    }
  }

  @Test
  void a_run_interrupted_at_any_step_goes_on_to_the_same_bytes() throws IOException {
    Plan plan = plan("{optimizer: [sgd]}");
    run(plan, temp.resolve("whole"), RunListener.NONE);
    for (long at : new long[] {1, 7, 15, 16, 29, 30}) {
      Path out = temp.resolve("killed-" + at);
      List<Long> steps = new ArrayList<>();
      RunListener killer =
          event -> {
            if (event instanceof RunEvent.Step step) {
              if (step.stepsOfCell() == at) {
                Killed.now();
              }
            }
          };
      assertThatThrownBy(() -> run(plan, out, killer)).isInstanceOf(Killed.class);
      assertThat(out.resolve("work")).as("work is left at step " + at).isNotEmptyDirectory();
      RunListener counter =
          event -> {
            if (event instanceof RunEvent.Step step) {
              steps.add(step.stepsOfCell());
            }
          };
      run(plan, out, counter);
      // every second step is a checkpoint, and so is the end of a task; the step that was hit is
      // not
      long resumedAfter = at > 15 ? 15 + (at - 16) / 2 * 2 : (at - 1) / 2 * 2;
      assertThat(steps.get(0)).as("first step after a kill at " + at).isEqualTo(resumedAfter + 1);
      assertThat(content(out)).as("killed at " + at).isEqualTo(content(temp.resolve("whole")));
      assertThat(losses(out)).as("killed at " + at).isEqualTo(losses(temp.resolve("whole")));
      assertThat(out.resolve("work")).doesNotExist();
    }
  }

  @Test
  void a_process_killed_in_mid_task_goes_on_to_the_same_bytes() throws Exception {
    Plan plan = plan("{optimizer: [sgd]}");
    run(plan, temp.resolve("whole"), RunListener.NONE);
    Path out = temp.resolve("killed");
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                SlowRun.class.getName(),
                out.toString(),
                "20")
            .redirectError(ProcessBuilder.Redirect.DISCARD)
            .start();
    try (BufferedReader said = process.inputReader()) {
      assertThat(said.readLine()).isEqualTo("stopped");
    } finally {
      process.destroyForcibly().waitFor();
    }
    assertThat(process.exitValue()).as("killed by signal 9").isEqualTo(128 + 9);
    assertThat(out.resolve("cells")).isEmptyDirectory();
    List<Long> steps = new ArrayList<>();
    RunListener counter =
        event -> {
          if (event instanceof RunEvent.Step step) {
            steps.add(step.stepsOfCell());
          }
        };
    run(plan, out, counter);
    // 15 steps of the first task, and a checkpoint after every second one of the next. The one at
    // step 19 is written alongside step 20, but never before the one at step 17 is complete.
    assertThat(steps.get(0)).as("goes on after the checkpoint at step 17 or 19").isIn(18L, 20L);
    assertThat(content(out)).isEqualTo(content(temp.resolve("whole")));
  }

  @Test
  void a_run_interrupted_between_a_task_and_its_scores_measures_them_afterwards()
      throws IOException {
    Plan plan = plan("{optimizer: [sgd]}");
    run(plan, temp.resolve("whole"), RunListener.NONE);
    for (String moment : List.of("before training", "after a", "after b")) {
      Path out = temp.resolve(moment);
      RunListener killer =
          event -> {
            if (event instanceof RunEvent.Scoring scoring) {
              if (scoring.moment().equals(moment)) {
                Killed.now();
              }
            }
          };
      assertThatThrownBy(() -> run(plan, out, killer)).isInstanceOf(Killed.class);
      run(plan, out, RunListener.NONE);
      assertThat(content(out)).as("killed " + moment).isEqualTo(content(temp.resolve("whole")));
    }
  }
}
