package io.github.palimpsest.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Runs whose workers are processes of their own. */
class WorkerPoolTest {
  @TempDir Path temp;
  private Path model = Path.of("");
  private Path data = Path.of("");

  @BeforeEach
  void files() throws IOException {
    model = TinyModel.save(temp.resolve("model"));
    data = TinyModel.instructions(temp.resolve("data.jsonl"), 16);
  }

  @ParameterizedTest
  @CsvSource({"134, Runtime.getRuntime().halt(134);", "0, System.exit(0);"})
  void a_stage_that_kills_its_process_is_failed_and_the_others_go_on(int code, String statement)
      throws IOException {
    Path plugins = Files.createDirectory(temp.resolve("plugins"));
    PluginJar.crashing(plugins.resolve("acme.jar"), statement);
    Path file = TinyModel.experiment(temp, model, data, "[acme.crash, adamw]");
    Path out = temp.resolve("out");
    Command run =
        Command.run("run", file, "--out", out, "--workers", 2, "--plugins", plugins.toString());
    assertThat(run.code()).as("a cell failed; standard error: %s", run.err()).isEqualTo(1);
    assertThat(run.err())
        .containsPattern(
            "a worker died \\(exit code " + code + "\\) while it trained stage [0-9a-f]+, in upd")
        .contains("acme.crash, seed 1: 3 workers died of it, the last with exit code " + code)
        .contains(", in updates of 'acme.crash' (plugin acme-optimizers, " + plugins);
    assertThat(run.out()).as("the other cell has its row").contains("\nadamw ");
    assertThat(Command.run("status", out).ok().out())
        .contains("1 of 2 cells done, 1 failed")
        .doesNotContain("died while");
  }

  @Test
  void what_no_worker_can_read_is_told_once_and_nothing_is_left() throws IOException {
    Path file = TinyModel.experiment(temp, model, data, "[adamw, sgd]");
    Files.writeString(data, Files.readString(data) + "{\"instruction\": \n");
    Path out = temp.resolve("new/out");
    assertThat(Command.run("run", file, "--out", out, "--workers", 2).refusal(2))
        .contains("data.jsonl:17");
    assertThat(temp.resolve("new")).as("no partial output").doesNotExist();
  }
}
