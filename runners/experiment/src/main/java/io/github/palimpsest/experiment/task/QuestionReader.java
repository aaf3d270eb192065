package io.github.palimpsest.experiment.task;

import io.github.palimpsest.experiment.file.YamlMap;
import io.github.palimpsest.experiment.file.YamlScalar;
import io.github.palimpsest.llm.task.Gold;
import io.github.palimpsest.llm.task.Question;
import io.github.palimpsest.llm.task.TextTemplate;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Reads what a task asks. */
record QuestionReader(YamlMap map, Templates templates) {
  /** Each kind of question by its key, with the other keys that it may have. */
  private static final Map<String, List<String>> KINDS =
      new TreeMap<>(
          Map.of(
              "choices", List.of("context", "gold", "labels", "marks", "delimiter"),
              "contexts", List.of("continuation", "gold", "labels", "marks", "delimiter"),
              "target", List.of("context", "delimiter"),
              "text", List.of("counted"),
              "answers", List.of("context", "delimiter", "stops", "most-tokens")));

  /** What the harness generates at most. */
  private static final int MOST_TOKENS = 256;

  private static final String DELIMITER = " ";

  Question read() {
    List<String> kinds = KINDS.keySet().stream().filter(map::has).toList();
    if (kinds.size() != 1) {
      throw map.place()
          .error(
              "a task has one of "
                  + String.join(", ", KINDS.keySet())
                  + "; this one has "
                  + (kinds.isEmpty() ? "none" : String.join(", ", kinds)));
    }
    String kind = kinds.get(0);
    KINDS.values().stream()
        .flatMap(List::stream)
        .filter(key -> map.has(key) && !KINDS.getOrDefault(kind, List.of()).contains(key))
        .findFirst()
        .ifPresent(
            key -> {
              throw map.place(key).error("'" + key + "' does not go with '" + kind + "'");
            });
    String delimiter = map.scalar("delimiter").map(YamlScalar::text).orElse(DELIMITER);
    return switch (kind) {
      case "choices" ->
          new Question.Choice(
              templates.required("context"), templates.texts("choices"), gold(), delimiter);
      case "contexts" ->
          new Question.Contexts(
              templates.texts("contexts"), templates.required("continuation"), gold(), delimiter);
      case "target" ->
          new Question.Completion(
              templates.required("context"), templates.required("target"), delimiter);
      case "text" -> {
        TextTemplate text = templates.required("text");
        yield new Question.Whole(text, templates.find("counted").orElse(text));
      }
      default ->
          new Question.Generation(
              templates.required("context"),
              templates.texts("answers"),
              delimiter,
              map.scalars("stops").stream().map(QuestionReader::stop).toList(),
              map.scalar("most-tokens").map(n -> (int) n.integer(1, 1 << 20)).orElse(MOST_TOKENS));
    };
  }

  /** A stop may be white space, a line break for example. */
  private static String stop(YamlScalar written) {
    if (written.text().isEmpty()) {
      throw written.place().error("'" + written.key() + "' must not be empty");
    }
    return written.text();
  }

  private Gold gold() {
    if (map.has("marks")) {
      if (map.has("gold") || map.has("labels")) {
        throw map.place("marks").error("'marks' replaces 'gold' and 'labels'");
      }
      return new Gold.Marked(map.required("marks").nonEmpty());
    }
    TextTemplate gold = templates.required("gold");
    return map.has("labels")
        ? new Gold.Label(gold, templates.texts("labels"))
        : new Gold.Index(gold);
  }
}
