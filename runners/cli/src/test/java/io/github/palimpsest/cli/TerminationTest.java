package io.github.palimpsest.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.palimpsest.cli.terminal.ExitCode;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** SIGTERM, as schedulers, containers and service managers send it. */
@Tag("native")
@DisabledOnOs(value = OS.WINDOWS, disabledReason = "there is no SIGTERM")
class TerminationTest {
  @TempDir Path temp;

  private static ProcessBuilder palimpsest(Object... arguments) {
    List<String> all = new ArrayList<>();
    all.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    // with it the work is that of a worker, as the launcher has it
    all.addAll(List.of("-XX:TieredStopAtLevel=1", "-Dpalimpsest.command=true"));
    all.addAll(List.of("-cp", System.getProperty("java.class.path"), Main.class.getName()));
    Stream.of(arguments).map(Object::toString).forEach(all::add);
    return new ProcessBuilder(all);
  }

  private Process run(Path out) throws IOException {
    Path file =
        Files.writeString(
            temp.resolve("long.yaml"),
            """
            name: long
            model: quickstart
            tasks: [{name: facts, data: "quickstart:facts"}]
            training: {steps: 1000000, batch: 1, checkpoint-every: 0}
            axes: {optimizer: sgd}
            seeds: [1]
            """);
    return palimpsest("run", file, "--out", out)
        .redirectOutput(ProcessBuilder.Redirect.DISCARD)
        .start();
  }

  /** Whether a process has noted that it trains a task. */
  private static boolean trains(Path work) {
    try (DirectoryStream<Path> notes = Files.newDirectoryStream(work, "run-*.json")) {
      for (Path note : notes) {
        if (Files.readString(note).contains("\"step\"")) {
          return true;
        }
      }
      return false;
    } catch (IOException | DirectoryIteratorException e) { // not there yet, or just written
      return false;
    }
  }

  @Test
  void a_terminated_run_stops_after_its_step_with_a_checkpoint_and_leaves_no_trace_of_a_death()
      throws Exception {
    Path out = temp.resolve("out");
    Process process = run(out);
    String said;
    try (BufferedReader err = process.errorReader()) {
      while (process.isAlive() && !trains(out.resolve("work"))) {
        Thread.onSpinWait();
      }
      process.toHandle().destroy(); // SIGTERM; that of the process also closes its streams
      said = String.join("\n", err.lines().toList());
    } finally {
      process.onExit().join();
    }
    assertThat(process.exitValue()).isEqualTo(ExitCode.INTERRUPTED);
    assertThat(said).contains("stopped; finished work is in " + out);
    JsonNode status = CommandTest.json(Command.run("status", out, "--json"));
    assertThat(status.path("runs")).as("processes that run or died").isEmpty();
    assertThat(out.resolve("work")).as("the checkpoint").isNotEmptyDirectory();
  }

  @Test
  void a_terminated_watch_ends_as_after_ctrl_c() throws Exception {
    Files.writeString(
        temp.resolve("plan.json"),
        """
        {"experiment": "toy", "cells": [{"id": "a", "label": "sgd", "seed": 1}]}
        """);
    Process process =
        palimpsest("watch", temp).redirectError(ProcessBuilder.Redirect.INHERIT).start();
    try (BufferedReader shown = process.inputReader()) {
      shown.readLine(); // it listens before it shows anything
      process.toHandle().destroy();
      process.onExit().join();
    } finally {
      process.destroyForcibly();
    }
    assertThat(process.exitValue()).isEqualTo(ExitCode.INTERRUPTED);
  }
}
