package io.github.palimpsest.execution.lease;

import static io.github.palimpsest.execution.ToyRun.content;
import static io.github.palimpsest.execution.ToyRun.losses;
import static io.github.palimpsest.execution.ToyRun.plan;
import static io.github.palimpsest.execution.ToyRun.run;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.palimpsest.execution.ExperimentRun;
import io.github.palimpsest.execution.RunEvent;
import io.github.palimpsest.execution.RunListener;
import io.github.palimpsest.execution.RunSettings;
import io.github.palimpsest.execution.ToyRun;
import io.github.palimpsest.execution.ToySubject;
import io.github.palimpsest.experiment.plan.Plan;
import io.github.palimpsest.experiment.plan.Stages;
import io.github.palimpsest.results.folder.CellFailure;
import io.github.palimpsest.results.folder.FolderLayout;
import io.github.palimpsest.results.folder.JsonFile;
import io.github.palimpsest.results.folder.RunNote;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Runs on several hosts, none of which sees the processes or the clocks of the others. */
@Tag("native")
class SharedLeasesTest {
  @TempDir Path temp;

  private static ExperimentRun.Summary join(Plan plan, Path out, RunListener told, Participant as) {
    try (ToySubject subject = new ToySubject()) {
      return ExperimentRun.join(plan, RunSettings.DEFAULT, subject, out, told, as);
    }
  }

  @Test
  void two_hosts_with_clocks_an_hour_apart_do_every_unit_once() throws Exception {
    Plan plan = plan("{optimizer: [sgd, sam], merger: [none, wise-ft]}");
    run(plan, temp.resolve("alone"), RunListener.NONE);
    Path out = temp.resolve("shared");
    ExperimentRun.prepare(plan, RunSettings.DEFAULT, out);
    List<String> steps = Collections.synchronizedList(new ArrayList<>());
    List<String> cells = Collections.synchronizedList(new ArrayList<>());
    CountDownLatch both = new CountDownLatch(2);
    RunListener told =
        event -> {
          if (event instanceof RunEvent.Open) {
            both.countDown();
            await(both); // so that they share the work
          } else if (event instanceof RunEvent.Step step) {
            steps.add(step.stage() + " " + step.step());
          } else if (event instanceof RunEvent.Finished finished) {
            cells.add(finished.cell());
          }
        };
    Participant a = new Ticks(Duration.ZERO, false).on("a");
    Participant b = new Ticks(Duration.ofHours(1), false).on("b");
    var executor = Executors.newFixedThreadPool(2);
    try {
      var first = executor.submit(() -> join(plan, out, told, a));
      var second = executor.submit(() -> join(plan, out, told, b));
      assertThat(first.get().failed() + second.get().failed()).isZero();
    } finally {
      executor.shutdown();
    }
    assertThat(steps)
        .as("6 stages of 15 steps: task a of 2 optimizers, task b with and without the merger")
        .doesNotHaveDuplicates()
        .hasSize(6 * 15);
    assertThat(cells)
        .as("results, by the run that published each")
        .doesNotHaveDuplicates()
        .hasSize(4);
    assertThat(content(out)).isEqualTo(content(temp.resolve("alone")));
    assertThat(out.resolve("work")).doesNotExist();
  }

  /** The other run works, and fails, while the first one is about to fail. */
  @Test
  void a_failure_that_two_runs_find_is_recorded_and_told_by_the_first() {
    Plan plan = plan("{optimizer: [sgd]}");
    Path out = temp.resolve("out");
    String cell = plan.cells().get(0).id();
    ExperimentRun.prepare(plan, RunSettings.DEFAULT, out);
    List<RunEvent> others = new ArrayList<>();
    List<RunEvent> own = new ArrayList<>();
    Participant a = new Ticks(Duration.ZERO, false).on("a");
    Participant b = new Ticks(Duration.ZERO, false).on("b");
    RunListener told =
        failing(own, "later", () -> join(plan, out, failing(others, "first", () -> {}), b));
    assertThat(join(plan, out, told, a)).isEqualTo(new ExperimentRun.Summary(0, 0, 1));
    assertThat(others.get(others.size() - 1))
        .isInstanceOfSatisfying(
            RunEvent.Failed.class, f -> assertThat(f.reason()).contains("first"));
    assertThat(own.get(own.size() - 1)).isEqualTo(new RunEvent.Skipped(cell));
    assertThat(JsonFile.read(new FolderLayout(out).cellFailure(cell), CellFailure.class).reason())
        .contains("first");
  }

  /** A listener in which a cell fails when it has all its scores. */
  private static RunListener failing(List<RunEvent> heard, String reason, Runnable before) {
    return event -> {
      heard.add(event);
      if (event instanceof RunEvent.Scoring scoring && scoring.moment().equals("by metrics")) {
        before.run();
        throw new IllegalStateException(reason);
      }
    };
  }

  private static void await(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  /** The other run works while the first one stands still within one of its steps. */
  @Test
  void a_run_that_was_stopped_past_its_lease_discards_what_another_has_done() throws IOException {
    Plan plan = plan("{optimizer: [sgd]}");
    run(plan, temp.resolve("alone"), RunListener.NONE);
    Participant stopped = new Ticks(Duration.ZERO, false).on("a");
    for (long at : new long[] {1, 6, 15, 16, 29, 30}) {
      Path out = temp.resolve("stopped-" + at);
      ExperimentRun.prepare(plan, RunSettings.DEFAULT, out);
      ToyRun.Steps others = new ToyRun.Steps();
      List<Long> own = new ArrayList<>();
      RunListener told =
          event -> {
            if (event instanceof RunEvent.Step step) {
              own.add(step.stepsOfCell());
              if (step.stepsOfCell() == at) {
                Participant other = new Ticks(Duration.ofHours(1), true).on("b");
                assertThat(join(plan, out, others, other))
                    .isEqualTo(new ExperimentRun.Summary(1, 0, 0));
              }
            }
          };
      assertThat(join(plan, out, told, stopped))
          .as("stopped at step " + at + ": the cell has the result of the other run")
          .isEqualTo(new ExperimentRun.Summary(0, 1, 0));
      assertThat(others.steps.get(0))
          .as("it went on after a checkpoint")
          .isLessThanOrEqualTo(at + 1);
      assertThat(own.get(own.size() - 1))
          .as("nothing of the next task")
          .isLessThanOrEqualTo(at + 15);
      assertThat(content(out)).as("stopped at " + at).isEqualTo(content(temp.resolve("alone")));
      assertThat(losses(out)).as("stopped at " + at).isEqualTo(losses(temp.resolve("alone")));
      assertThat(out.resolve("work")).as("nothing is left over").doesNotExist();
    }
  }

  @Test
  void a_stage_that_was_published_in_the_meantime_is_not_touched() throws IOException {
    Plan plan = plan("{optimizer: [sgd]}");
    Path out = temp.resolve("out");
    ExperimentRun.prepare(plan, RunSettings.DEFAULT, out);
    List<Object> keys = new ArrayList<>();
    Path first =
        new FolderLayout(out.toAbsolutePath())
            .stage(Stages.of(plan, true).all().iterator().next().id());
    RunListener told =
        event -> {
          if (event instanceof RunEvent.Step step && step.stepsOfCell() == 14) {
            join(plan, out, RunListener.NONE, new Ticks(Duration.ofHours(1), true).on("b"));
            keys.addAll(inodes(first));
          }
        };
    join(plan, out, told, new Ticks(Duration.ZERO, false).on("a"));
    assertThat(inodes(first)).as("the same files").isEqualTo(keys).isNotEmpty();
  }

  private static List<Object> inodes(Path folder) {
    try (var files = Files.list(folder)) {
      List<Object> keys = new ArrayList<>();
      for (Path file : files.sorted().toList()) {
        keys.add(file.getFileName() + " " + Files.getAttribute(file, "unix:ino"));
      }
      return keys;
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  @Test
  void the_unit_of_a_run_that_was_killed_elsewhere_is_taken_over_after_its_lease()
      throws IOException {
    Plan plan = ToyRun.shortest();
    run(plan, temp.resolve("alone"), RunListener.NONE);
    Path out = temp.resolve("out");
    ExperimentRun.prepare(plan, RunSettings.DEFAULT, out);
    FolderLayout layout = new FolderLayout(out.toAbsolutePath());
    Leases killed = new Leases(layout, new Ticks(Duration.ZERO, false).on("a"));
    for (var stage : Stages.of(plan, true).all()) {
      killed.take(stage.id()).orElseThrow();
    }
    Ticks ticks = new Ticks(Duration.ofHours(1), true);
    long begun = ticks.nanos();
    assertThat(join(plan, out, RunListener.NONE, ticks.on("b")))
        .isEqualTo(new ExperimentRun.Summary(1, 0, 0));
    assertThat(Duration.ofNanos(ticks.nanos() - begun))
        .as("its heartbeat was silent for its lease")
        .isBetween(Participant.USUAL_LEASE, Participant.USUAL_LEASE.multipliedBy(2));
    assertThat(content(out)).isEqualTo(content(temp.resolve("alone")));
    assertThat(RunNote.all(layout)).isEmpty();
  }
}
