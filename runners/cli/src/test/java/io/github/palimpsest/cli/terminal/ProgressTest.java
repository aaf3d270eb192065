package io.github.palimpsest.cli.terminal;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.palimpsest.api.discovery.Plugins;
import io.github.palimpsest.execution.RunEvent;
import io.github.palimpsest.execution.RunListener;
import io.github.palimpsest.execution.RunSettings;
import io.github.palimpsest.experiment.file.ExperimentFile;
import io.github.palimpsest.experiment.plan.Plan;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

class ProgressTest {
  private static final long GB = 1_000_000_000;

  private static final String EXPERIMENT =
      """
      name: small
      model: quickstart
      tasks:
        - {name: reversing, data: "quickstart:reversing", measure: exact-match}
      training: {steps: 1}
      axes: {optimizer: [sgd]}
      seeds: [1]
      """;

  private static final Plan PLAN =
      Plan.of(
          ExperimentFile.parse("small.yaml", EXPERIMENT, Path.of("."), Map.of()),
          Plugins.onClassPath(),
          new TreeMap<>());

  /** What is printed where standard error is no terminal. */
  private static String printed(Consumer<Progress> events) {
    StringWriter err = new StringWriter();
    try (Progress progress =
        Progress.on(new PrintWriter(err, true), PLAN, RunSettings.DEFAULT, 2)) {
      events.accept(progress);
    }
    return err.toString();
  }

  private static String checking(long... sizes) {
    return printed(
        progress -> {
          RunListener worker = progress.worker(0);
          for (int i = 0; i + 1 < sizes.length; i++) {
            worker.on(new RunEvent.Checking(sizes[i], sizes[sizes.length - 1]));
          }
        });
  }

  @Test
  void reading_much_that_is_done_is_said_before_and_after() {
    assertThat(checking(0, GB, 3 * GB, 3 * GB).lines())
        .as("the second is within the same seconds")
        .containsExactly("checking what is done: 3.0 GB", "checking what is done: 3.0 of 3.0 GB");
  }

  @Test
  void reading_little_that_is_done_is_not_said() {
    assertThat(checking(0, 1000, 1000)).isEmpty();
  }

  @Test
  void a_finished_cell_is_said_although_another_worker_saw_its_result_before() {
    String cell = PLAN.cells().get(0).id();
    String err =
        printed(
            progress -> {
              progress.worker(1).on(new RunEvent.Skipped(cell));
              progress.worker(0).on(new RunEvent.Finished(cell));
            });
    assertThat(err.lines()).containsExactly("[1/1] sgd, seed 1: done");
  }
}
