package io.github.palimpsest.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WatchCommandTest {
  @TempDir Path temp;

  @Test
  void a_running_grid_shows_its_cells_its_stages_and_its_failures() throws IOException {
    String plan =
        """
        {"experiment": "toy", "cells": [
          {"id": "a", "label": "sgd", "seed": 1}, {"id": "b", "label": "sam", "seed": 1},
          {"id": "c", "label": "sam", "seed": 2}, {"id": "d", "label": "sgd", "seed": 2}]}
        """;
    Files.writeString(temp.resolve("plan.json"), plan);
    Files.createDirectories(temp.resolve("cells/a"));
    Files.writeString(temp.resolve("cells/a/result.json"), "{}");
    Files.createDirectories(temp.resolve("cells/b"));
    Files.writeString(temp.resolve("cells/b/failed.json"), "{\"reason\": \"loss is NaN\"}");
    Files.createDirectories(temp.resolve("stages/s1"));
    Files.createDirectories(temp.resolve("work/s2"));
    // the third row is being written
    Files.writeString(temp.resolve("work/s2/losses.csv"), "step,loss\n1,2.0\n2,1.0\n3,0.");

    assertThat(Command.run("watch", temp, "--once").ok().out())
        .contains(
            "toy  [####################....................] 2/4 cells, 1 failed, 1 stages",
            "stage s2  step 2  loss 1.0000  █▁",
            "failed: sam, seed 1: loss is NaN");
  }

  @Test
  void it_ends_when_all_cells_are_done_and_refuses_other_folders() throws IOException {
    Files.writeString(temp.resolve("plan.json"), "{\"experiment\": \"toy\", \"cells\": []}");
    assertThat(Command.run("watch", temp).ok().out()).contains("0/0 cells");
    assertThat(Command.run("watch", temp.resolve("none")).refusal(ExitCode.USAGE))
        .contains("is not an output folder");
    assertThat(WatchCommand.line(List.of(1.0, 1.0))).isEqualTo("▁▁");
  }
}
