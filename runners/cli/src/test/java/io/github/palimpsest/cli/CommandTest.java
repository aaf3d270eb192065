package io.github.palimpsest.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.palimpsest.cli.terminal.ExitCode;
import java.io.IOException;
import java.lang.reflect.Field;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

@Tag("native")
class CommandTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  @TempDir Path temp;

  static JsonNode json(Command command) throws IOException {
    return JSON.readTree(command.ok().out());
  }

  @Test
  void a_plugin_from_a_folder_is_listed_with_its_jar_and_version_and_works_in_a_recipe()
      throws IOException {
    Path folder = Files.createDirectory(temp.resolve("plugins"));
    Path jar = PluginJar.write(folder.resolve("acme-2.3.jar"), true);
    JsonNode list = json(Command.run("list", "--plugins", folder, "--json"));
    JsonNode acme = null;
    for (JsonNode c : list) {
      acme = c.path("id").asText().equals("acme.descent") ? c : acme;
    }
    assertThat(acme).isNotNull();
    assertThat(acme.path("version").asText()).isEqualTo("2.3");
    assertThat(acme.path("jar").asText()).isEqualTo(jar.toString());

    Path model = TinyModel.save(temp.resolve("model"));
    Path data = TinyModel.instructions(temp.resolve("data.jsonl"), 8);
    Path out = temp.resolve("trained");
    Command.run(
            "train",
            "--model",
            model,
            "--data",
            data,
            "--template",
            "plain",
            "--steps",
            2,
            "--plugins",
            folder,
            "--recipe",
            "acme.descent",
            "--out",
            out)
        .ok();
    assertThat(out.resolve("model.safetensors")).isRegularFile();
    JsonNode scored =
        json(
            Command.run(
                "score", "--model", out, "--instructions", data, "--template", "plain", "--json"));
    // two letters and the end of the answer, eight times
    assertThat(scored.path("tokens").asInt()).isEqualTo(8 * 3);
    assertThat(scored.path("nats_per_token").asDouble()).isPositive();
    assertThat(
            Command.run(
                    "generate", "--model", out, "--prompt", "reverse a b", "--max-new-tokens", 3)
                .ok()
                .out())
        .startsWith("reverse a b");
  }

  @Test
  void training_tells_programs_what_it_did() throws IOException {
    Path model = TinyModel.save(temp.resolve("told-model"));
    Path data = TinyModel.instructions(temp.resolve("told.jsonl"), 8);
    Path out = temp.resolve("told");
    Command train =
        Command.run(
            "train",
            "--model",
            model,
            "--data",
            data,
            "--template=plain",
            "--batch=4",
            "--epochs=2",
            "--out",
            out,
            "--json");
    JsonNode told = json(train);
    assertThat(told.path("recipe").asText()).startsWith("adamw(");
    assertThat(told.path("examples").asInt()).isEqualTo(8);
    assertThat(told.at("/data/read").asInt()).isEqualTo(8);
    assertThat(told.path("steps").asInt()).as("two epochs of two batches").isEqualTo(4);
    assertThat(told.path("losses")).as("few steps are all told").hasSize(4);
    assertThat(told.at("/losses/3/step").asInt()).isEqualTo(4);
    assertThat(told.at("/losses/3/loss").asDouble()).isPositive();
    assertThat(told.path("saved").asText()).isEqualTo(out.toString());
    assertThat(told.has("adapter")).isFalse();
    assertThat(train.err()).contains("step 4 of 4", "saved in " + out);
  }

  @Test
  void what_a_folder_asks_of_generation_and_does_not_get_is_named() throws IOException {
    Path model = TinyModel.save(temp.resolve("asking"));
    Path keys = model.resolve("generation_config.json");
    Files.writeString(keys, "{\"do_sample\": true, \"temperature\": 0.6, \"max_new_tokens\": 5}");
    assertThat(Command.run("generate", "--model", model, "--prompt", "a").ok().err())
        .isEqualTo(
            "palimpsest: "
                + keys
                + " asks for sampling: --temperature 0.6 --top-k 50 --top-p 1.0 does as it says;"
                + " this is greedy\npalimpsest: "
                + keys
                + " asks for 'max_new_tokens' = 5; --max-new-tokens alone says how many there"
                + " are\n");
    assertThat(
            Command.run(
                    "generate",
                    "--model",
                    model,
                    "--prompt",
                    "a",
                    "--temperature=0",
                    "--max-new-tokens=1")
                .ok()
                .err())
        .as("the user said both")
        .isEmpty();
  }

  @Test
  void an_adapter_is_saved_alone_and_looked_through() throws IOException {
    Path model = TinyModel.save(temp.resolve("model"));
    Path data = TinyModel.instructions(temp.resolve("data.jsonl"), 8);
    Path out = temp.resolve("trained");
    Path adapter = temp.resolve("adapter");
    Object[] train = {
      "train",
      "--model",
      model,
      "--data",
      data,
      "--template",
      "plain",
      "--steps",
      4,
      "--out",
      out,
      "--adapter-out",
      adapter,
      "--recipe"
    };
    assertThat(Command.run(with(train, "adamw(lr=0.01)")).refusal(2))
        .contains("--adapter-out needs a recipe with an adapter");
    Command frozen = Command.run(with(train, "adamw(lr=0.01) + freeze"));
    assertThat(frozen.code()).as("exit code").isEqualTo(2);
    assertThat(frozen.err()).contains("PEFT has no adapter like that");
    assertThat(out).as("trained").doesNotExist();
    Command.run(with(train, "adamw(lr=0.01) + dora(rank=2)")).ok();
    assertThat(adapter.resolve("adapter_config.json"))
        .content()
        .contains("\"use_dora\" : true")
        .contains("\"base_model_name_or_path\" : \"" + model + "\"");
    Object[] score = {"score", "--instructions", data, "--template", "plain", "--json", "--model"};
    double merged = json(Command.run(with(score, out))).path("nats_per_token").asDouble();
    double through =
        json(Command.run(with(score, model, "--adapter", adapter)))
            .path("nats_per_token")
            .asDouble();
    double base = json(Command.run(with(score, model))).path("nats_per_token").asDouble();
    assertThat(through).as("through the adapter").isCloseTo(merged, within(1e-5));
    assertThat(Math.abs(base - merged)).as("change of the score").isGreaterThan(1e-3);
  }

  @Test
  void a_text_far_longer_than_the_model_reads_at_once_is_scored_to_its_end() throws IOException {
    Path model = TinyModel.save(temp.resolve("model"));
    int words = 900;
    Path once = Files.writeString(temp.resolve("t.txt"), "a b c d e ".repeat(words / 5));
    Object[] score = {"score", "--model", model, "--json", "--text"};
    JsonNode scored = json(Command.run(with(score, once)));
    assertThat(scored.path("tokens").asInt()).as("all words").isEqualTo(words);
    assertThat(scored.path("bytes").asInt()).as("all but the space at the end").isEqualTo(1799);
    assertThat(scored.path("windows").asInt()).as("of 24 positions: 37 and a rest").isEqualTo(38);
    double bits = scored.path("bits_per_byte").asDouble();
    assertThat(bits)
        .as("the same nats over bytes instead of tokens")
        .isCloseTo(
            scored.path("nats_per_token").asDouble() * words / Math.log(2) / 1799, within(1e-9));
    Path padded = Files.writeString(temp.resolve("p.txt"), Files.readString(once) + "\n".repeat(9));
    assertThat(json(Command.run(with(score, padded))))
        .as("white space at the end is no part of a text")
        .isEqualTo(scored);
    JsonNode closer = json(Command.run(with(score, once, "--stride", 6)));
    assertThat(closer.path("tokens").asInt()).as("each token once").isEqualTo(words);
    assertThat(closer.path("windows").asInt()).as("24 and 146 times 6").isEqualTo(147);
    assertThat(Command.run(with(score, once, "--stride", 25)).refusal(2))
        .contains("--stride=25", "from 1 to the model's 24");
  }

  private static Object[] with(Object[] arguments, Object... more) {
    return Stream.concat(Arrays.stream(arguments), Arrays.stream(more)).toArray();
  }

  @Test
  void an_experiment_is_planned_run_and_reported() throws IOException {
    Path model = TinyModel.save(temp.resolve("model"));
    Path data = TinyModel.instructions(temp.resolve("data.jsonl"), 16);
    Path file =
        TinyModel.experiment(
            temp, model, data, "[adamw, sgd]\n  strategy: [none, \"lora(rank=2)\", dora + lora]");
    JsonNode plan = json(Command.run("plan", file, "--json"));
    assertThat(plan.path("cells").size()).as("2 x 2 valid recipes").isEqualTo(4);
    assertThat(plan.path("excluded").findValuesAsText("rule"))
        .as("two adapters in one seat")
        .containsExactly("seat-taken", "seat-taken");
    assertThat(plan.at("/expected/passes").asDouble())
        .as("3 steps of a pass each: 4 first and 4 second tasks")
        .isEqualTo(3 * 8);
    assertThat(plan.at("/expected/training_seconds").asDouble()).isPositive();
    assertThat(plan.at("/expected/peak_rss_bytes").asLong()).isPositive();
    assertThat(Command.run("plan", file, "--calibration", 0).ok().out())
        .contains("4 cells, 2 excluded", "8 task trainings without sharing, 8 with")
        .contains("the data were not read (--calibration 0)")
        .doesNotContain("Expected");
    Path out = temp.resolve("out");
    Command run = Command.run("run", file, "--out", out).ok();
    assertThat(run.out()).contains("adamw + lora(rank=2)", "excluded: adamw + dora + lora");
    assertThat(Command.run("run", file, "--out", out).ok().err())
        .as("all is there")
        .doesNotContain("steps");
    JsonNode report = json(Command.run("report", out, "--json"));
    assertThat(report.path("recipes").size()).isEqualTo(4);
    assertThat(report.at("/recipes/0/metrics").has("forgetting")).isTrue();
    assertThat(report.path("missing").asInt()).isZero();
    assertThat(Command.run("report", out).ok().out())
        .contains("Learn-retain frontier", "No effects are given: one seed says nothing")
        .doesNotContain("95 % t");
    assertThat(Command.run("report", out, "--difference", 0).err())
        .contains("--difference", "'0' must be a number greater than 0");
    JsonNode steps =
        json(Command.run("query", out, "SELECT label, steps FROM cells ORDER BY id", "--json"));
    assertThat(steps.findValues("steps"))
        .as("3 steps, 2 tasks, 4 cells")
        .allSatisfy(s -> assertThat(s.asInt()).isEqualTo(6))
        .hasSize(4);
    assertThat(Command.run("query", out, "SELECT 'a,b' AS \"x\", NULL AS y", "--csv").ok().out())
        .isEqualToNormalizingNewlines("x,y\n\"a,b\",\n");
    assertThat(Command.run("query", out, "DELETE FROM cells").refusal(2)).contains("read-only");
    assertThat(Command.run("query", "--tables").ok().out()).contains("cells: ", "gradient_passes");
    Path exported = temp.resolve("exported");
    Command.run("export", out, "--format", "csv", "--out", exported).ok();
    assertThat(exported.resolve("cells.csv")).content().contains("adamw + lora(rank=2)");
    Path archive = temp.resolve("results.json");
    Command.run("export", out, "--format", "json", "--out", archive).ok();
    JsonNode kept = json(Command.run("report", archive, "--json"));
    for (String part : List.of("recipes", "cells", "effects", "differences", "frontier", "data")) {
      assertThat(kept.path(part)).as(part).isEqualTo(report.path(part));
    }
    assertThat(json(Command.run("query", archive, "SELECT count(*) AS n FROM cells", "--json")))
        .hasToString("[{\"n\":4}]");
    assertThat(Command.run("export", out, "--format", "json", "--out", archive).refusal(2))
        .contains("results.json' already exists");
    String plain = report.at("/cells/0/id").asText();
    String adapted = report.at("/cells/1/id").asText();
    assertThat(Command.run("why-different", out, plain, adapted).ok().out())
        .contains("recipe  adapter  none  lora(", "They have no training in common.");
    assertThat(json(Command.run("why-different", out, plain, plain, "--json")).path("causes"))
        .isEmpty();
  }

  /** The lines of an archive that equal runs share: the results of the cells. */
  private List<String> archivedCells(Path folder) throws IOException {
    Path archive = temp.resolve(folder.getFileName() + ".json");
    Command.run("export", folder, "--format", "json", "--out", archive).ok();
    return Files.readAllLines(archive).stream().filter(l -> l.contains("/result.json")).toList();
  }

  @Test
  void two_workers_give_the_bytes_of_one() throws IOException {
    Path model = TinyModel.save(temp.resolve("model"));
    Path data = TinyModel.instructions(temp.resolve("data.jsonl"), 16);
    Path file =
        TinyModel.experiment(
            temp, model, data, "[adamw, sgd]\n  strategy: [none, \"lora(rank=2)\"]");
    Path one = temp.resolve("one");
    Path two = temp.resolve("two");
    Command.run("run", file, "--out", one).ok();
    Command pool = Command.run("run", file, "--out", two, "--workers", 2).ok();
    JsonNode cells = json(Command.run("plan", file, "--json")).path("cells");
    assertThat(cells).isNotEmpty();
    for (JsonNode cell : cells) {
      Path result = Path.of("cells", cell.path("id").asText(), "result.json");
      assertThat(two.resolve(result)).hasSameTextualContentAs(one.resolve(result));
    }
    assertThat(archivedCells(two)).hasSize(cells.size()).isEqualTo(archivedCells(one));
    assertThat(pool.err()).contains("[" + cells.size() + "/" + cells.size() + "]");
  }

  @Test
  void the_help_lists_every_command_once_and_every_exit_code() throws ReflectiveOperationException {
    String help = Command.run("--help").ok().out();
    Main.commandLine()
        .getSubcommands()
        .forEach(
            (name, command) -> {
              Class<?> type = command.getCommandSpec().userObject().getClass();
              assertThat(type.getAnnotation(CommandLine.Command.class).name()).isEqualTo(name);
              assertThat(help).containsOnlyOnce("\n  " + name + " ");
            });
    assertThat(help).contains("Experiments:\n  schema", "Exit codes:");
    for (Field code : ExitCode.class.getFields()) {
      assertThat(help).containsPattern("(?m)^ +" + code.getInt(null) + " {2,}");
    }
  }

  @Test
  void help_and_version_go_to_standard_output() {
    assertThat(Command.run("--version").ok().out()).startsWith("palimpsest ");
    assertThat(Command.run("run", "--help").ok().out()).contains("--plugins", "--set", "--device");
  }

  @Test
  void doctor_reports_versions_devices_and_what_is_missing_for_a_gpu() throws IOException {
    JsonNode found = json(Command.run("doctor", "--json"));
    assertThat(found.path("native_library").asText()).isEqualTo("loaded");
    assertThat(found.path("devices").toString()).contains("CPU:0");
    assertThat(found.path("tensorflow").asText()).matches("\\d+\\.\\d+\\.\\d+");
    assertThat(found.path("java_heap_mb").asLong()).isPositive();
  }
}
