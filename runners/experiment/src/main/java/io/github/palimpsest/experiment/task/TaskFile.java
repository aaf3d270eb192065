package io.github.palimpsest.experiment.task;

import io.github.palimpsest.api.PalimpsestException;
import io.github.palimpsest.api.discovery.PluginRegistry;
import io.github.palimpsest.experiment.file.Variables;
import io.github.palimpsest.experiment.file.YamlMap;
import io.github.palimpsest.experiment.file.YamlScalar;
import io.github.palimpsest.llm.task.BenchmarkTask;
import io.github.palimpsest.llm.task.PreparedField;
import io.github.palimpsest.llm.task.Question;
import io.github.palimpsest.llm.task.Search;
import io.github.palimpsest.llm.task.Shots;
import io.github.palimpsest.llm.task.TextEdit;
import io.github.palimpsest.llm.task.Texts;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * A file of benchmark tasks: one, or one for each of its {@code variants}. {@code
 * runners/docs/evaluation.md} describes the keys.
 */
public final class TaskFile {
  private static final List<String> KEYS =
      List.of(
          "name",
          "title",
          "about",
          "licence",
          "variants",
          "data",
          "fields",
          "description",
          "context",
          "choices",
          "contexts",
          "continuation",
          "target",
          "text",
          "counted",
          "answers",
          "gold",
          "labels",
          "marks",
          "delimiter",
          "stops",
          "most-tokens",
          "shots",
          "measures",
          "matches");

  /** A part of an address or path: never a way out of a folder. */
  private static final String NAME = "[A-Za-z0-9][A-Za-z0-9._-]{0,99}";

  private static final int MOST_SHOTS = 1000;
  private static final String VARIANT = "variant";

  private TaskFile() {}

  /**
   * Reads a file.
   *
   * @param file its name in messages
   * @param text the YAML
   * @param registry where measures that this project does not have come from
   * @return the tasks, at least one
   * @throws PalimpsestException with its place, if the file is malformed
   */
  public static List<BenchmarkTask> read(String file, String text, PluginRegistry registry) {
    YamlMap map = YamlMap.read("task file", file, text);
    if (!map.has("variants")) {
      return List.of(task(map.onlyKeys(KEYS), registry));
    }
    List<BenchmarkTask> tasks = new ArrayList<>();
    for (YamlScalar variant : map.scalars("variants")) {
      Map<String, String> values =
          Map.of(VARIANT, variant.nonEmpty(), "words", variant.text().replace('_', ' '));
      tasks.add(task(map.with(Variables.given(values)).onlyKeys(KEYS), registry));
    }
    if (tasks.isEmpty()) {
      throw map.place("variants").error("'variants' has no variant");
    }
    if (tasks.stream().map(BenchmarkTask::name).distinct().count() < tasks.size()) {
      throw map.place("name").error("the name of a task with variants needs ${variant} in it");
    }
    return tasks;
  }

  private static BenchmarkTask task(YamlMap map, PluginRegistry registry) {
    String name = map.required("name").nonEmpty();
    if (!name.matches(NAME)) {
      throw map.place("name")
          .error(
              "task name '" + name + "' has characters other than letters, digits, '.', '_', '-'");
    }
    Templates templates = new Templates(map);
    Question question = new QuestionReader(map, templates).read();
    return new BenchmarkTask(
        name,
        new BenchmarkTask.About(
            map.scalar("title").map(YamlScalar::text).orElse(name),
            map.scalar("about").map(YamlScalar::text).orElse(""),
            map.scalar("licence").map(YamlScalar::text).orElse("")),
        data(map.requiredMap("data")),
        map.maps("fields").stream().map(TaskFile::field).toList(),
        templates.find("description"),
        question,
        shots(map, question),
        new MeasureReader(map, registry).read(question));
  }

  private static BenchmarkTask.Data data(YamlMap map) {
    map.onlyKeys(List.of("set", "config", "splits", "files", "sizes"));
    List<String> splits = map.scalars("splits").stream().map(YamlScalar::nonEmpty).toList();
    Map<String, String> files = new LinkedHashMap<>();
    map.map("files").ifPresent(f -> f.keys().forEach(k -> files.put(k, f.required(k).nonEmpty())));
    if (map.has("set") != files.isEmpty()) {
      throw map.place()
          .error("'data' needs 'set' for a data set, or 'files' with a file for each split");
    }
    Map<String, Long> sizes = new LinkedHashMap<>();
    map.map("sizes")
        .ifPresent(
            m -> m.keys().forEach(k -> sizes.put(k, m.required(k).integer(1, Long.MAX_VALUE))));
    String set = map.scalar("set").map(YamlScalar::nonEmpty).orElse("");
    if (!set.isEmpty() && !set.matches(NAME + "/" + NAME)) {
      throw map.place("set").error("'" + set + "' is not the name of a data set, ORG/NAME");
    }
    String config = map.scalar("config").map(YamlScalar::text).orElse("");
    if (!config.isEmpty() && !config.matches(NAME)) {
      throw map.place("config").error("'" + config + "' is not the name of a configuration");
    }
    return new BenchmarkTask.Data(
        set, config, splits.isEmpty() ? List.of("test", "validation") : splits, files, sizes);
  }

  private static PreparedField field(YamlMap map) {
    map.onlyKeys(List.of("name", "text", "each", "edits"));
    Templates templates = new Templates(map);
    if (map.has("text") == map.has("each")) {
      throw map.place().error("a field needs 'text', or 'each' for a list, and not both");
    }
    Texts texts =
        map.has("each")
            ? new Texts.Each(map.required("each").nonEmpty())
            : new Texts.Listed(List.of(templates.required("text")));
    return new PreparedField(
        map.required("name").nonEmpty(),
        texts,
        map.has("each"),
        map.maps("edits").stream().map(TaskFile::edit).toList());
  }

  private static TextEdit edit(YamlMap map) {
    map.onlyKeys(List.of("strip", "replace", "find", "by", "python"));
    Optional<String> by = map.scalar("by").map(YamlScalar::text);
    if (map.keys().equals(Set.of("strip")) && map.required("strip").flag()) {
      return new TextEdit.Strip();
    }
    if (map.keys().equals(Set.of("python")) && map.required("python").flag()) {
      return new TextEdit.PythonValue();
    }
    if (map.keys().equals(Set.of("replace", "by"))) {
      YamlScalar what = map.required("replace");
      if (what.text().isEmpty()) {
        throw what.place().error("'" + what.key() + "' must not be empty");
      }
      return new TextEdit.Replace(what.text(), by.orElseThrow());
    }
    if (map.keys().equals(Set.of("find", "by"))) {
      return new TextEdit.ReplaceMatches(search(map.required("find")), by.orElseThrow());
    }
    throw map.place()
        .error(
            "an edit is 'strip: true', 'python: true', 'replace' with 'by', or 'find' with 'by'");
  }

  static Search search(YamlScalar expression) {
    try {
      return Search.of(expression.text());
    } catch (PalimpsestException e) {
      throw expression.place().error(e);
    }
  }

  private static Shots shots(YamlMap task, Question question) {
    Shots none =
        new Shots(
            0,
            List.of("train", "validation", "test"),
            Shots.Order.RANDOM,
            "\n\n",
            Optional.empty(),
            false);
    if (!task.has("shots")) {
      return none;
    }
    YamlMap map = task.requiredMap("shots");
    map.onlyKeys(List.of("number", "from", "order", "separator", "delimiter", "apart"));
    if (question instanceof Question.Whole) {
      throw map.place().error("a task of whole texts takes no 'shots'");
    }
    List<String> from = map.scalars("from").stream().map(YamlScalar::nonEmpty).toList();
    return new Shots(
        map.scalar("number").map(n -> (int) n.integer(0, MOST_SHOTS)).orElse(0),
        from.isEmpty() ? none.splits() : from,
        map.scalar("order").map(o -> o.choice(Shots.Order.class)).orElse(none.order()),
        map.scalar("separator").map(YamlScalar::text).orElse(none.separator()),
        map.scalar("delimiter").map(YamlScalar::text),
        map.scalar("apart").map(YamlScalar::flag).orElse(false));
  }
}
