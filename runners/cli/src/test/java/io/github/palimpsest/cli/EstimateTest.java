package io.github.palimpsest.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.palimpsest.cli.terminal.ExitCode;
import io.github.palimpsest.llm.quickstart.Quickstart;
import io.github.palimpsest.llm.quickstart.QuickstartRecords;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code plan --estimate} and {@code bench simulate}, which need no model. */
class EstimateTest {
  private static final Path PAPER = Path.of("../examples/paper");

  @Test
  void the_papers_file_is_estimated_without_its_weights() throws IOException {
    Command text =
        Command.run("plan", PAPER.resolve("llama-2-7b.yaml"), "--estimate", "--tflops", 300).ok();
    assertThat(text.out())
        .contains("6,738,415,616 parameters, 32 layers; 2,048 tokens an example; 18 cells")
        .contains("All cells, common trainings once: 12 trainings, 3,354 steps")
        .contains("Hours at 300.0 x 10^12 operations a second on one device")
        .containsPattern("\\d+ of 139 GiB: \\[\\d+(, \\d+)*\\] layers, at most");
    JsonNode json =
        new ObjectMapper()
            .readTree(
                Command.run(
                        "plan",
                        PAPER.resolve("llama-2-7b.yaml"),
                        "--estimate",
                        "--tflops",
                        300,
                        "--device-gib",
                        1000,
                        "--json")
                    .ok()
                    .out());
    double operations = json.path("operations").asDouble();
    assertThat(json.path("device_hours").asDouble()).isEqualTo(operations / (300 * 1e12) / 3600);
    assertThat(json.at("/recipes/0/layouts/0/devices").asInt()).isEqualTo(1);
  }

  @Test
  void generated_tasks_are_estimated_by_the_number_of_their_records(@TempDir Path temp)
      throws IOException {
    String text =
        """
        name: made
        model: quickstart
        tasks:
          - {name: facts, data: "quickstart:facts"}
          - {name: some, data: "quickstart:sorting", limit: 30}
          - {name: few, data: "quickstart:reversing", limit: 30, examples: 20}
        training: {batch: 8}
        axes: {optimizer: [sgd]}
        seeds: [1]
        """;
    Path file = Files.writeString(temp.resolve("made.yaml"), text);
    int facts = new QuickstartRecords(1).training("facts").all().size();
    JsonNode json =
        new ObjectMapper().readTree(Command.run("plan", file, "--estimate", "--json").ok().out());
    assertThat(json.path("steps").asInt())
        .as("an epoch of batches of 8 of all facts, of 30 records, and of 20 of 30")
        .isEqualTo((facts + 7) / 8 + 4 + 3);
    assertThat(json.path("parameters").asLong())
        .isEqualTo(
            new Quickstart(0).model().parameters().stream().mapToLong(p -> p.shape().size()).sum());
  }

  @Test
  void no_speed_is_assumed() throws IOException {
    Command text = Command.run("plan", PAPER.resolve("tinyllama.yaml"), "--estimate").ok();
    assertThat(text.out()).contains("No speed of a device is assumed: give --tflops T for hours");
  }

  @Test
  void options_without_effect_are_refused() {
    Path file = PAPER.resolve("tinyllama.yaml");
    assertThat(Command.run("plan", file, "--tflops", 300).refusal(ExitCode.USAGE))
        .contains("--tflops has no effect without --estimate");
    assertThat(Command.run("plan", file, "--device-gib", 80).refusal(ExitCode.USAGE))
        .contains("--device-gib has no effect without --estimate");
    assertThat(Command.run("plan", file, "--tokens", 80).refusal(ExitCode.USAGE))
        .contains("--tokens has no effect without --estimate");
    assertThat(Command.run("plan", file, "--estimate", "--workers", 2).refusal(ExitCode.USAGE))
        .contains("--workers has no effect with --estimate");
  }

  @Test
  void a_simulation_needs_measured_times_and_a_probability(@TempDir Path empty) {
    assertThat(
            Command.run("bench", "simulate", "quickstart", "--times", empty)
                .refusal(ExitCode.USAGE))
        .contains("'" + empty + "' has no trained stage with a time");
    assertThat(
            Command.run("bench", "simulate", "quickstart", "--times", empty, "--lost", 1)
                .refusal(ExitCode.USAGE))
        .contains("--lost 1.0 must be at least 0 and below 1");
  }
}
