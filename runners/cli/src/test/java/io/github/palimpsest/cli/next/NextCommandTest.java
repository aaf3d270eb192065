package io.github.palimpsest.cli.next;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.palimpsest.cli.Command;
import io.github.palimpsest.cli.terminal.ExitCode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class NextCommandTest {
  @TempDir Path temp;

  private static String nextOf(int code, Object... arguments) {
    Command refused = Command.run(arguments);
    refused.refusal(code);
    return refused.next();
  }

  private static String next(Object... arguments) {
    return nextOf(ExitCode.USAGE, arguments);
  }

  @Test
  void a_folder_without_a_grid_offers_the_command_that_makes_one() {
    Path none = temp.resolve("none yet");
    for (String command : new String[] {"status", "report", "watch", "probe", "landscape"}) {
      assertThat(next(command, none))
          .as(command)
          .isEqualTo("palimpsest run FILE --out '" + none + "'");
    }
  }

  @Test
  void a_file_in_place_of_a_folder_offers_the_command_that_reads_exported_results()
      throws IOException {
    Path file = Files.writeString(temp.resolve("results.json"), "{}");
    assertThat(next("status", file)).isEqualTo("palimpsest report " + file);
  }

  @Test
  void a_model_in_a_gguf_file_offers_the_command_that_reads_it() throws IOException {
    Path gguf = Files.writeString(temp.resolve("m.gguf"), "GGUF");
    String next = next("generate", "--model", gguf, "--prompt", "a");
    assertThat(next).isEqualTo("palimpsest import " + gguf + " DIR");
    // its words are those of the command: the refusal is of the file
    assertThat(Command.run("import", gguf, temp.resolve("out")).refusal(ExitCode.USAGE))
        .contains("m.gguf");
  }

  @Test
  void an_unknown_component_or_setting_offers_where_the_names_are() throws IOException {
    assertThat(next("describe", "ewd")).isEqualTo("palimpsest list");
    Path file =
        Files.writeString(
            temp.resolve("e.yaml"),
            """
            name: small
            model: quickstart
            tasks: [{name: facts, data: "quickstart:facts"}]
            training: {steps: 1}
            axes: {optimizer: ["sgd(rate=0.1)"]}
            seeds: [1]
            """);
    assertThat(next("plan", file)).as("named in a file").isEqualTo("palimpsest describe sgd");
    Path plugins = Files.createDirectory(temp.resolve("plugins"));
    Files.writeString(file, Files.readString(file).replace("sgd(rate=0.1)", "sgdd"));
    assertThat(next("plan", file, "--plugins", plugins))
        .isEqualTo("palimpsest list --plugins " + plugins);
  }

  @Test
  void a_missing_experiment_file_offers_the_one_that_needs_no_file() {
    Path missing = temp.resolve("missing.yaml");
    assertThat(next("plan", missing)).isEqualTo("palimpsest plan quickstart");
    assertThat(next("run", missing)).isEqualTo("palimpsest run quickstart");
    assertThat(next("plan", temp)).as("a folder is another mistake").isEmpty();
  }

  @Test
  void an_experiment_whose_cells_are_all_excluded_offers_its_plan() throws IOException {
    Path file =
        Files.writeString(
            temp.resolve("e.yaml"),
            """
            name: small
            model: quickstart
            tasks: [{name: facts, data: "quickstart:facts"}]
            training: {steps: 1}
            axes: {optimizer: [sgd], adapter: [lora + dora]}
            seeds: [1]
            """);
    assertThat(nextOf(ExitCode.RULE, "run", file, "--out", temp.resolve("out")))
        .isEqualTo("palimpsest plan " + file);
  }

  @Test
  void an_unknown_task_a_wrong_query_and_an_unknown_cell_offer_the_lists() throws IOException {
    assertThat(next("tasks", "arcc")).isEqualTo("palimpsest tasks");
    Files.writeString(temp.resolve("plan.json"), "{\"experiment\": \"toy\", \"cells\": []}");
    assertThat(next("query", temp, "SELECT nothing FROM cells"))
        .isEqualTo("palimpsest query --tables");
    assertThat(next("why-different", temp, "a", "b"))
        .isEqualTo("palimpsest query " + temp + " 'SELECT id, label, seed FROM cells'");
  }

  @Test
  void a_damaged_plan_offers_the_run_that_computes_it_again() throws IOException {
    Files.writeString(temp.resolve("plan.json"), "{");
    for (String command : new String[] {"status", "report", "watch"}) {
      assertThat(nextOf(ExitCode.FAILED, command, temp))
          .as(command)
          .isEqualTo("palimpsest run FILE --out " + temp);
    }
    assertThat(nextOf(ExitCode.FAILED, "query", temp, "SELECT 1"))
        .isEqualTo("palimpsest run FILE --out " + temp);
  }

  @Test
  void a_failure_without_a_rule_offers_nothing() {
    assertThat(next("report", temp, "--table", "effects")).isEmpty();
  }
}
