package io.github.palimpsest.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.palimpsest.cli.terminal.Dashboard;
import io.github.palimpsest.cli.terminal.ExitCode;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("native")
class WatchCommandTest {
  private static final String RESULT =
      """
      {"id": "a", "label": "sgd", "recipe": "sgd(lr=0.1)", "measure": "exact-match", "steps": [2],
       "metrics": {"kept": 0.25}}
      """;

  @TempDir Path temp;

  @Test
  void a_running_grid_shows_its_cells_its_processes_and_its_failures() throws IOException {
    String plan =
        """
        {"experiment": "toy", "metrics": [{"name": "kept", "higher_is_better": true}], "cells": [
          {"id": "a", "label": "sgd", "seed": 1}, {"id": "b", "label": "sam", "seed": 1},
          {"id": "c", "label": "sam", "seed": 2}, {"id": "d", "label": "sgd", "seed": 2}]}
        """;
    Files.writeString(temp.resolve("plan.json"), plan);
    Files.writeString(
        temp.resolve("stages.json"),
        """
        {"ids": ["s1", "s2"], "cells": {"c": {"stages": ["s2"], "rows": ["r0", "r2"]}}}
        """);
    Files.createDirectories(temp.resolve("cells/a"));
    Files.writeString(temp.resolve("cells/a/result.json"), RESULT);
    Files.writeString(temp.resolve("cells/a/timing.json"), "{\"stages\": [\"s1\"]}");
    Files.createDirectories(temp.resolve("cells/b"));
    Files.writeString(
        temp.resolve("cells/b/failed.json"),
        "{\"id\": \"b\", \"reason\": \"diverged: loss is NaN\"}");
    Files.createDirectories(temp.resolve("stages/s1"));
    Files.writeString(
        temp.resolve("stages/s1/stage.json"), "{\"id\": \"s1\", \"recipe\": \"sgd\"}");
    Files.createDirectories(temp.resolve("work/s2"));
    // the third row is being written
    Files.writeString(temp.resolve("work/s2/losses.csv"), "step,loss\n1,2.0\n2,1.0\n3,0.");
    long pid = ProcessHandle.current().pid();
    Files.writeString(
        temp.resolve("work/run-1.json"),
        """
        {"pid": PID, "doing": "training", "task": 1, "set": "a b", "cell": "c", "recipe": "sam(rho=0.05)",
         "seed": 2, "step": 2, "steps": 9, "tokens_per_second": 1234.5}
        """
            .replace("PID", Long.toString(pid)));

    String started =
        ProcessHandle.current().info().startInstant().map(t -> "died while ").orElse("");
    assertThat(Command.run("watch", temp, "--once").ok().out())
        .isEqualTo(
            """
            [####################....................]
            toy: 1 of 4 cells done, 1 failed, of which 1 diverged; 1 of 2 trainings done
            2 open, processes at work: ALIVE

            process PID: STARTEDtraining task 1 'a b', seed 2, sam
              step 2 of 9, loss 1.0000SPEED  █▁

            failed: seed 1, diverged: loss is NaN: sam

            best mean so far, which is no result:
            kept  highest  0.250  1 seed  sgd

            seed   kept  recipe
               1  0.250  sgd
            """
                .replace("PID", Long.toString(pid))
                .replace("ALIVE", started.isEmpty() ? "1" : "none")
                .replace("SPEED", started.isEmpty() ? ", 1235 tokens/s" : "")
                .replace("STARTED", started));
  }

  @Test
  void it_ends_when_all_cells_are_done_and_refuses_other_folders() throws IOException {
    Files.writeString(temp.resolve("plan.json"), "{\"experiment\": \"toy\", \"cells\": []}");
    assertThat(Command.run("watch", temp).ok().out()).contains("0 of 0 cells");
    assertThat(Command.run("watch", temp.resolve("none")).refusal(ExitCode.USAGE))
        .contains("is not an output folder");
    assertThat(Dashboard.line(List.of(1.0, 1.0))).isEqualTo("▁▁");
  }

  @Test
  void options_of_the_page_without_it_or_against_it_are_refused() {
    assertThat(Command.run("watch", temp, "--port", 0).refusal(ExitCode.USAGE))
        .contains("--port belongs to --web");
    assertThat(Command.run("watch", temp, "--web", "--once").refusal(ExitCode.USAGE))
        .contains("--once", "--web");
    assertThat(Command.run("watch", temp, "--web", "--port", 65536).code())
        .isEqualTo(ExitCode.USAGE);
  }

  @Test
  void a_tracker_that_is_not_up_to_date_at_the_end_is_a_failure() throws IOException {
    Files.writeString(
        temp.resolve("plan.json"),
        "{\"experiment\": \"toy\", \"cells\": [{\"id\": \"a\", \"label\": \"sgd\", \"seed\": 1}]}");
    String dead;
    try (ServerSocket unused = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      dead = "http://127.0.0.1:" + unused.getLocalPort();
    }
    Command once = Command.run("watch", temp, "--once", "--mlflow", dead);
    assertThat(once.code()).isEqualTo(ExitCode.FAILED);
    assertThat(once.out()).as("the progress is shown").contains("0 of 1 cells");
    assertThat(once.err())
        .contains("palimpsest: MLflow at " + dead + " is not up to date: ")
        .endsWith("; 'watch DIR' with the same option makes up for it\n");
  }

  @Test
  void a_grid_that_is_done_can_still_be_shown_to_trackers() throws IOException {
    Files.writeString(
        temp.resolve("plan.json"),
        """
        {"experiment": "toy",
         "cells": [{"id": "a", "label": "sgd", "recipe": "sgd(lr=0.1)", "seed": 1}]}
        """);
    Files.createDirectories(temp.resolve("cells/a"));
    Files.writeString(temp.resolve("cells/a/result.json"), RESULT);
    Files.writeString(temp.resolve("cells/a/timing.json"), "{}");
    Path board = temp.resolve("board");
    assertThat(Command.run("watch", temp, "--tensorboard", board).ok().out())
        .contains("the grid is finished; its results: palimpsest report " + temp)
        .doesNotContain("which is no result");
    assertThat(board.resolve("sgd-seed1-a")).isDirectoryContaining("glob:**.palimpsest");
    assertThat(Command.run("watch", temp, "--mlflow", "nowhere").refusal(ExitCode.USAGE))
        .contains("MLflow's URI 'nowhere'");
  }
}
