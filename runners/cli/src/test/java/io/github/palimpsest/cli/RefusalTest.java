package io.github.palimpsest.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Everything that can be wrong: one clear message, the right exit code, nothing left behind. */
@Tag("native")
class RefusalTest {
  @TempDir Path temp;
  private Path model = Path.of("");
  private Path data = Path.of("");
  private Path out = Path.of("");

  @BeforeEach
  void files() throws IOException {
    model = TinyModel.save(temp.resolve("model"));
    data = TinyModel.instructions(temp.resolve("data.jsonl"), 16);
    out = temp.resolve("new/out");
  }

  private String refused(int code, String optimizers) throws IOException {
    String message =
        Command.run("run", TinyModel.experiment(temp, model, data, optimizers), "--out", out)
            .refusal(code);
    assertThat(temp.resolve("new")).as("no partial output").doesNotExist();
    return message;
  }

  @Test
  void an_unknown_component_offers_the_nearest_name() throws IOException {
    assertThat(refused(2, "[adamv]")).contains("unknown component 'adamv'; did you mean 'adam");
    assertThat(Command.run("describe", "ewd").refusal(2)).contains("did you mean 'ewc'?");
  }

  /** The complaint about a command line, which the help of the command follows. */
  private static String misread(Object... arguments) {
    Command refused = Command.run(arguments);
    assertThat(refused.code()).isEqualTo(2);
    assertThat(refused.err()).contains("Try 'palimpsest");
    return refused.err();
  }

  @Test
  void a_word_too_many_is_named_as_the_command_or_argument_that_it_was_meant_to_be() {
    assertThat(misread("lst")).startsWith("palimpsest: unknown command 'lst'; did you mean 'list");
    assertThat(misread("bench", "stop")).startsWith("palimpsest: unknown command 'stop'");
    assertThat(misread("verify", "lora", "ewc"))
        .startsWith("palimpsest: unexpected argument 'ewc'");
    assertThat(misread("run", "c.yaml", "--worker", "2"))
        .as("an option that only processes of the project give")
        .startsWith("palimpsest: unknown option '--worker'; did you mean '--workers'?");
  }

  @Test
  void a_kind_is_named_by_the_word_of_the_listings() {
    assertThat(Command.run("list", "--help").ok().out()).contains("optimizer, adapter");
    assertThat(misread("list", "--kind", "mergr"))
        .contains("'mergr' is no kind of component; did you mean 'merger'?");
    assertThat(Command.run("list", "--kind", "Merger").ok().out()).contains("wise-ft");
  }

  @Test
  void an_unknown_or_out_of_range_setting_is_named_with_what_is_allowed() throws IOException {
    assertThat(refused(2, "[adamw(lrr=1)]")).contains("unknown setting 'lrr' of 'adamw'");
    assertThat(refused(2, "[sam(rho=-1)]")).contains("'rho' of 'sam'", "of at least 0");
  }

  @Test
  void a_table_of_csv_is_refused_in_another_format() {
    assertThat(Command.run("report", out, "--table", "effects").refusal(2))
        .contains("--table selects the table of CSV, and the format is text: add --format csv");
  }

  @Test
  void settings_of_the_analysis_are_refused_for_a_table_that_has_none_of_it() {
    Object[] report = {"report", out, "--format", "csv"};
    assertThat(Command.run(with(with(report, "--contrasts"), "all-pairs")).refusal(2))
        .contains("--contrasts has no effect on the table of cells: it is for --table effects");
    Object[] items = with(with(report, "--table"), "items");
    assertThat(Command.run(with(with(items, "--model"), "pooled")).refusal(2))
        .contains("--model has no effect on the table of items");
    Object[] effects = with(with(report, "--table"), "effects");
    assertThat(Command.run(with(with(effects, "--model"), "pooled")).refusal(2))
        .as("refused only since there is no folder")
        .doesNotContain("--model");
  }

  @Test
  void a_report_is_never_written_over_a_file() throws IOException {
    Path file = Files.writeString(temp.resolve("paper.csv"), "mine");
    assertThat(Command.run("report", out, "--out", file).refusal(2))
        .contains("'" + file + "' already exists: choose another file");
    assertThat(file).hasContent("mine");
  }

  @Test
  void a_rule_that_adds_seeds_and_cannot_be_is_refused_before_anything_runs() throws IOException {
    Path file = TinyModel.experiment(temp, model, data, "[adamw, sgd]");
    String width = "--until-precise";
    assertThat(Command.run("run", file, width, 0.1).err()).contains("Missing", "--max-seeds");
    assertThat(Command.run("run", file, width, 0.1, "--max-seeds", 4, "--out", out).refusal(2))
        .contains("at most 4 seeds are too few: the first stage has 5");
    assertThat(Command.run("run", file, width, 0.1, "--max-seeds", 9, "--add-seeds", 2).refusal(2))
        .contains("either --until-precise", "or --add-seeds 2");
    assertThat(Command.run("run", file, width, 0.1, "--max-seeds", 9, "--cell", "a").refusal(2))
        .contains("not with --cell");
    assertThat(temp.resolve("new")).as("no partial output").doesNotExist();
  }

  @Test
  void a_broken_rule_ends_with_its_own_exit_code() {
    String message =
        Command.run(
                "train",
                "--model",
                model,
                "--data",
                data,
                "--out",
                out,
                "--recipe",
                "adamw + lora + dora")
            .refusal(3);
    assertThat(message).contains("'lora' and 'dora' cannot stand in one recipe");
  }

  @Test
  void an_experiment_without_any_valid_cell_is_a_broken_rule() throws IOException {
    assertThat(refused(3, "[adamw]\n  adapter: [lora + dora]")).contains("every cell");
  }

  @Test
  void one_id_in_two_jars_names_both() throws IOException {
    Path plugins = Files.createDirectory(temp.resolve("plugins"));
    PluginJar.write(plugins.resolve("one.jar"), true);
    PluginJar.write(plugins.resolve("two.jar"), true);
    assertThat(Command.run("list", "--plugins", plugins).refusal(2))
        .contains("'acme.descent' is provided twice", "one.jar", "two.jar");
  }

  @Test
  void a_jar_without_a_service_file_is_named() throws IOException {
    Path plugins = Files.createDirectory(temp.resolve("plugins"));
    PluginJar.write(plugins.resolve("mute.jar"), false);
    assertThat(Command.run("list", "--plugins", plugins).refusal(2))
        .contains("mute.jar", "META-INF/services");
    Files.writeString(plugins.resolve("mute.jar"), "no JAR");
    assertThat(Command.run("list", "--plugins", plugins).refusal(2))
        .contains("mute.jar", "not a readable JAR");
    assertThat(Command.run("list", "--plugins", temp.resolve("none")).refusal(2))
        .contains("is not a folder");
  }

  @Test
  void missing_or_truncated_weights_are_named() throws IOException {
    Path weights = model.resolve("model.safetensors");
    byte[] whole = Files.readAllBytes(weights);
    Files.write(weights, Arrays.copyOf(whole, whole.length / 2));
    assertThat(refused(2, "[adamw]")).contains("model.safetensors");
    Files.write(weights, Arrays.copyOf(whole, 4));
    assertThat(refused(2, "[adamw]")).contains("model.safetensors");
    Files.delete(weights);
    assertThat(refused(2, "[adamw]")).contains("model.safetensors");
    assertThat(Command.run("generate", "--model", temp.resolve("none"), "--prompt", "").refusal(2))
        .contains("none");
  }

  @Test
  void a_tensor_of_the_wrong_shape_or_missing_is_named() throws IOException {
    Path weights = model.resolve("model.safetensors");
    byte[] whole = Files.readAllBytes(weights);
    String text = new String(whole, StandardCharsets.ISO_8859_1);
    Files.write(
        weights,
        text.replaceFirst("model.norm.weight", "model.morn.weight")
            .getBytes(StandardCharsets.ISO_8859_1));
    assertThat(refused(2, "[adamw]")).contains("'model.norm.weight' is missing");
    Files.write(weights, whole);
    Path config = model.resolve("config.json");
    Files.writeString(
        config,
        Files.readString(config)
            .replaceFirst("\"intermediate_size\" *: *\\d+", "\"intermediate_size\": 96"));
    assertThat(refused(2, "[adamw]")).contains("mlp.", "has shape");
  }

  @Test
  void a_tokenizer_that_disagrees_with_the_vocabulary_is_refused() throws IOException {
    Path tokenizer = model.resolve("tokenizer.json");
    String json = Files.readString(tokenizer);
    // a token far beyond the model's rows
    Files.writeString(
        tokenizer, json.replaceFirst("\"vocab\"\\s*:\\s*\\{", "\"vocab\": {\"zzz\": 999,"));
    assertThat(refused(2, "[adamw]")).contains("tokenizer.json", "1000 tokens");
  }

  @Test
  void a_malformed_line_is_named_with_file_and_line() throws IOException {
    Files.writeString(data, Files.readString(data) + "{\"instruction\": \n");
    assertThat(refused(2, "[adamw]")).contains("data.jsonl:17");
    assertThat(Command.run("score", "--model", model, "--instructions", data, "--json").refusal(2))
        .contains("data.jsonl:17");
  }

  @Test
  void an_empty_task_is_refused() throws IOException {
    Files.writeString(data, "");
    assertThat(refused(2, "[adamw]")).contains("data.jsonl is empty");
    TinyModel.instructions(data, 4);
    assertThat(refused(2, "[adamw]")).as("all is held out").contains("cannot hold out 4 of 4");
  }

  @Test
  void a_loss_that_is_not_finite_fails_its_cell_and_the_others_go_on() throws IOException {
    Path file = TinyModel.experiment(temp, model, data, "[sgd(lr=1e30), adamw]");
    Command run = Command.run("run", file, "--out", out);
    assertThat(run.code()).isEqualTo(1);
    assertThat(run.err())
        .contains("failed: sgd(", "lr=1e30", "step ", "loss")
        .doesNotContain("\tat ");
    assertThat(run.out()).as("the other cell has its row").contains("\nadamw ");
    try (Stream<Path> cells = Files.walk(out)) {
      assertThat(cells.map(p -> p.getFileName().toString())).contains("failed.json", "result.json");
    }
  }

  @Test
  void a_folder_of_another_experiment_is_refused() throws IOException {
    Path file = TinyModel.experiment(temp, model, data, "[adamw]");
    Command.run("run", file, "--out", out).ok();
    Path other =
        Files.writeString(
            temp.resolve("other.yaml"), Files.readString(file).replace("steps: 3", "steps: 2"));
    assertThat(Command.run("run", other, "--out", out).refusal(2))
        .contains("belongs to another experiment", "training.steps");
  }

  @Test
  void wrong_usage_is_told_in_a_line_and_a_hint() {
    for (Object[] wrong :
        new Object[][] {
          {"lst"},
          {"lst", "--help"},
          {"--help", "lst"},
          {"bench", "stp", "--help"},
          {"run"},
          {"list", "--jsn"},
          {"run", "quickstart", "--disk-budget", "5"},
          {"score", "--model", model},
          {"score", "--model", model, "--text", data, "--choices", data},
          {"generate", "--model", model, "--prompt", "", "--max-new-tokens", "many"}
        }) {
      Command refused = Command.run(wrong);
      assertThat(refused.code()).as(Arrays.toString(wrong)).isEqualTo(2);
      assertThat(refused.err().lines()).as(Arrays.toString(wrong)).hasSize(2);
      assertThat(refused.err()).startsWith("palimpsest: ").doesNotContain("\tat ");
    }
    assertThat(Command.run("run", temp.resolve("no.yaml")).refusal(2)).contains("does not exist");
    assertThat(
            Command.run("generate", "--model", model, "--prompt", "", "--device", "gpu:0")
                .refusal(2))
        .contains("gpu:0");
    assertThat(Command.run("generate", "--model", model, "--prompt", "", "--device", "tpu").err())
        .contains("'tpu' is neither cpu nor gpu:N");
  }

  @Test
  void a_bench_without_a_name_shows_what_there_is_and_fails() {
    Command bare = Command.run("bench");
    assertThat(bare.code()).isEqualTo(2);
    assertThat(bare.out()).isEmpty();
    assertThat(bare.err())
        .contains("optimizers", "strategies", "palimpsest: a benchmark is missing");
  }

  @Test
  void scored_records_can_have_a_stated_format() throws IOException {
    Object[] score = {"score", "--model", model, "--instructions"};
    Path file =
        Files.writeString(
            temp.resolve("q.jsonl"),
            "{\"question\": \"reverse a b\", \"answer\": \"b a\", \"choices\": [\"b a\", \"a\"]}\n");
    assertThat(Command.run(with(score, file)).refusal(2))
        .contains("q.jsonl:1: choices look like answers to choose from", "format: questions");
    assertThat(Command.run(with(score, file, "--format", "questions")).ok().out())
        .contains("examples 1");
    assertThat(Command.run(with(score, file, "--format", "question")).refusal(2))
        .contains("unknown format 'question'; did you mean 'questions'?");
    assertThat(Command.run(with(score, file, "--format", "choices")).refusal(2))
        .contains("--format=choices", "score --choices");
    assertThat(
            Command.run(with(score, file, "--format", "questions", "--chat-turns", "labels"))
                .refusal(2))
        .contains("--format \"chat(turns=labels)\"");
    assertThat(
            Command.run("score", "--model", model, "--choices", file, "--format", "questions")
                .refusal(2))
        .contains("--format applies to --instructions alone");
  }

  @Test
  void a_filter_on_a_column_that_there_is_not_names_the_nearest() {
    Object[] score = {"score", "--model", model, "--instructions", data, "--filter"};
    assertThat(Command.run(with(score, "outptu = 'a b'")).refusal(2))
        .contains("data.jsonl: filter \"outptu = 'a b'\": there is no column 'outptu'")
        .contains("did you mean 'output'?");
    assertThat(Command.run(with(score, "nosuch = 1")).refusal(2))
        .contains("there is no column 'nosuch'; known: instruction, output");
  }

  @Test
  void a_task_that_is_evaluated_on_what_it_is_trained_on_is_refused() throws IOException {
    Path file = TinyModel.experiment(temp, model, data, "[adamw]");
    String leaking = Files.readString(file).replaceFirst("held-out: 4", "test: " + data);
    Files.writeString(file, leaking);
    assertThat(Command.run("run", file, "--out", out).refusal(2))
        .contains("16 of 16 evaluated examples of 'first' are training examples of 'first'")
        .contains("data.jsonl:1", "'allow-overlap: true'");
    assertThat(temp.resolve("new")).as("no partial output").doesNotExist();
    Files.writeString(file, "allow-overlap: true\n" + leaking);
    assertThat(Command.run("run", file, "--out", out).ok().out())
        .contains("16 of 16 evaluated examples of 'first' are training examples of 'first'");
    assertThat(Command.run("report", out, "--json").ok().out())
        .contains("\"evaluated_and_trained\"");
  }

  private static Object[] with(Object[] arguments, Object... more) {
    return Stream.concat(Arrays.stream(arguments), Arrays.stream(more)).toArray();
  }

  @Test
  void a_device_that_is_not_here_is_not_measured() {
    for (String bench : List.of("step", "optimizers", "strategies")) {
      assertThat(Command.run("bench", bench, "--shape", "S", "--device", "gpu:9").refusal(2))
          .as(bench)
          .contains("'gpu:9' does not exist on this machine", "CPU:0");
    }
  }

  @Test
  void options_that_would_have_no_effect_are_refused() {
    assertThat(Command.run("generate", "--model", model, "--prompt", "a", "--top-k", 3).refusal(2))
        .contains("--top-k, --top-p and --seed need a --temperature above 0");
    assertThat(Command.run("verify", "sgd", "--draws", 2).refusal(2)).contains("need --thorough");
    Object[] report = {"report", out, "--format", "html"};
    assertThat(Command.run(with(with(report, "--difference"), 0.1)).refusal(2))
        .contains("--difference is for text and JSON, and the format is html");
    assertThat(Command.run(with(report, "--json")).refusal(2))
        .contains("either --json or --format html");
    assertThat(trains("--separator", "X"))
        .contains("data.jsonl has records; a separator is between documents of a plain text");
  }

  @Test
  void the_model_of_the_quickstart_is_offered_where_it_is_misspelled() throws IOException {
    Path file = TinyModel.experiment(temp, model, data, "[adamw]");
    Files.writeString(file, Files.readString(file).replaceFirst("model: .*", "model: quikstart"));
    assertThat(Command.run("plan", file).refusal(2))
        .contains("'quikstart' does not exist", "; did you mean 'quickstart'?");
    assertThat(Command.run("generate", "--model", "quikstart", "--prompt", "a").refusal(2))
        .contains("quikstart: no such model folder")
        .contains("'palimpsest import quickstart DIR' writes the model of the quickstart");
  }

  @Test
  void rows_of_an_adapter_without_room_are_refused_by_every_plan() throws IOException {
    String axes = "[adamw]\n  adapter: [\"prompt-tuning(tokens=20)\"]";
    Path file = TinyModel.experiment(temp, model, data, axes);
    String message = "and with 20 rows before them the model's 24 positions hold at most ";
    assertThat(Command.run("plan", file, "--calibration", 0).refusal(2)).contains(message);
    assertThat(Command.run("plan", file).refusal(2)).contains(message);
  }

  @Test
  void an_adapter_of_a_server_needs_a_folder_and_a_name_before_the_equals_sign() {
    Object[] serve = {"serve", "--model", model, "--adapter"};
    assertThat(Command.run(with(serve, "=x")).refusal(2))
        .contains("--adapter '=x' has no name before '=': write NAME=DIR");
    assertThat(Command.run(with(serve, "x=")).refusal(2))
        .contains("--adapter 'x=' has no folder: write NAME=DIR");
  }

  @Test
  void a_text_to_score_that_is_a_file_of_records_is_refused_with_the_option_for_it() {
    assertThat(Command.run("score", "--model", model, "--text", data).refusal(2))
        .contains("--text is for a plain text, and '" + data + "' has the name of a file of")
        .contains("give it by --instructions");
  }

  @Test
  void a_recipe_is_not_described_but_one_of_its_components_is() {
    assertThat(Command.run("describe", "adamw + ewc").refusal(2))
        .contains("'adamw + ewc' is a recipe of several components", "such as 'adamw'");
    assertThat(Command.run("describe", "adamw(lr=-1)").refusal(2)).contains("'lr' of 'adamw'");
  }

  @Test
  void values_that_cannot_be_meant_are_refused_with_what_can_be() {
    assertThat(trains("--adapter-out", out.resolve("adapter"), "--recipe", "adamw + lora"))
        .contains("must be two folders, neither in the other");
    assertThat(trains("--columns", "prompt=foo"))
        .contains("data.jsonl:1 has no column 'foo'; it has: ");
    Object[] train = {"train", "--model", model, "--data", data, "--out", out};
    assertThat(misread(with(with(train, "--device"), "cpu:7")))
        .contains("device 'cpu:7' does not exist: there is one CPU, cpu");
    Object[] generate = {"generate", "--model", model, "--prompt", "a", "--temperature"};
    assertThat(misread(with(generate, "1e9")))
        .contains("'1e9' must be a number of at least 0 and at most 100");
    assertThat(misread(with(train, "--template=alpca")))
        .contains("'--template'", "'alpca' must be one of alpaca, plain; did you mean 'alpaca'?");
    assertThat(misread(with(with(train, "--hold-out"), 1)))
        .contains("'1' must be a number greater than 0 and below 1");
    assertThat(
            Command.run("train", "--model", model, "--data", data + ":0", "--out", out).refusal(2))
        .contains("--data=" + data + ":0: weight 0.0 must be above 0");
  }

  private String trains(Object... more) {
    List<Object> all = new ArrayList<>(List.of("train", "--model", model, "--data", data));
    all.addAll(List.of("--out", out));
    all.addAll(List.of(more));
    return Command.run(all.toArray()).refusal(2);
  }

  @Test
  void an_argument_that_begins_with_an_at_sign_is_no_file_of_arguments() throws IOException {
    Path file = Files.writeString(temp.resolve("paper"), "hellaswag");
    assertThat(Command.run("tasks", "@" + file).refusal(2))
        .contains("unknown suite '" + file + "'");
  }

  @Test
  void a_model_is_never_saved_over_something() throws IOException {
    Files.createDirectories(out);
    assertThat(Command.run("train", "--model", model, "--data", data, "--out", out).refusal(2))
        .contains("already exists");
  }
}
