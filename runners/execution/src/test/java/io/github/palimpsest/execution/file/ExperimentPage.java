package io.github.palimpsest.execution.file;

import static java.util.stream.Collectors.joining;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.StreamSupport;

/**
 * The keys of the JSON Schema of experiment files in Markdown: a table for each mapping.
 *
 * @param schema the schema
 */
record ExperimentPage(JsonNode schema) {
  private static final String DEFAULT = "default: ";

  /** Between the path of a mapping and the key that distinguishes it from others. */
  static final String WITH = " with ";

  private static final String HEAD =
      "| key | value | default | meaning | example |\n|---|---|---|---|---|\n";

  /**
   * A key of a mapping of the file.
   *
   * @param section the path of the mapping, such as {@code tasks}; empty for the file itself
   * @param name the key
   * @param required whether the mapping must have it
   * @param form its schema
   */
  record Key(String section, String name, boolean required, JsonNode form) {
    JsonNode example() {
      return form.path("examples").path(0);
    }
  }

  /** The keys of every mapping, by the path of the mapping, outer mappings first. */
  Map<String, List<Key>> sections() {
    Map<String, List<Key>> sections = new LinkedHashMap<>();
    collect("", schema, sections);
    return sections;
  }

  private static void collect(String path, JsonNode mapping, Map<String, List<Key>> sections) {
    List<Key> keys = new ArrayList<>();
    sections.put(path, keys);
    mapping
        .path("properties")
        .properties()
        .forEach(
            p -> keys.add(new Key(path, p.getKey(), requires(mapping, p.getKey()), p.getValue())));
    for (Key key : keys) {
      String at = path.isEmpty() ? key.name() : path + "." + key.name();
      List<JsonNode> mappings =
          alternatives(key.form()).stream()
              .map(f -> f.path("type").asText().equals("array") ? f.path("items") : f)
              .filter(f -> f.has("properties"))
              .toList();
      boolean shown = path.equals("axes") || key.name().equals("data") && !path.equals("tasks");
      if (!shown) {
        mappings.forEach(
            m -> collect(mappings.size() == 1 ? at : at + WITH + first(m), m, sections));
      }
    }
  }

  /** The first key of one of several mappings, which distinguishes it from the others. */
  private static String first(JsonNode mapping) {
    return mapping.path("properties").fieldNames().next();
  }

  private static boolean requires(JsonNode mapping, String key) {
    return elements(mapping.path("required")).stream().anyMatch(r -> r.asText().equals(key));
  }

  private static List<JsonNode> elements(JsonNode array) {
    return StreamSupport.stream(array.spliterator(), false).toList();
  }

  /** What a value may be, without a variable in its place. */
  private static List<JsonNode> alternatives(JsonNode form) {
    if (!form.has("anyOf")) {
      return List.of(form);
    }
    return elements(form.path("anyOf")).stream()
        .flatMap(f -> alternatives(f).stream())
        .filter(f -> !f.path("pattern").asText().startsWith("\\$"))
        .toList();
  }

  String text() {
    StringBuilder page = new StringBuilder();
    Map<String, List<Key>> sections = sections();
    List<Key> tasks = sections.getOrDefault("tasks", List.of());
    sections.forEach(
        (path, keys) -> {
          page.append(
                  path.isEmpty()
                      ? "## The file"
                      : "\n## `" + path.replace(WITH, "`" + WITH + "`") + "`")
              .append("\n\n");
          List<Key> repeated = path.equals("tasks") ? List.of() : also(keys, tasks);
          if (!repeated.isEmpty()) {
            page.append("As in `tasks`: ")
                .append(repeated.stream().map(k -> "`" + k.name() + "`").collect(joining(", ")))
                .append(".\n");
          }
          List<Key> others = keys.stream().filter(k -> !repeated.contains(k)).toList();
          if (!others.isEmpty()) {
            page.append(repeated.isEmpty() ? "" : "\n").append(HEAD);
            others.forEach(key -> page.append(row(key)));
          }
        });
    return page.toString();
  }

  /** The keys that mean the same as keys of another mapping. */
  private static List<Key> also(List<Key> keys, List<Key> others) {
    return keys.stream()
        .filter(
            key ->
                others.stream()
                    .anyMatch(
                        o ->
                            o.name().equals(key.name())
                                && o.required() == key.required()
                                && o.form().equals(key.form())))
        .toList();
  }

  private static String row(Key key) {
    String description = key.form().path("description").asText();
    int at = description.lastIndexOf(DEFAULT);
    String without = key.required() ? "required" : "";
    if (at >= 0) {
      without = description.substring(at + DEFAULT.length());
      description = description.substring(0, at).replaceFirst("; $", "");
    }
    return "| `%s` | %s | %s | %s | `%s: %s` |\n"
        .formatted(
            key.name(),
            value(key.form()),
            prose(without),
            prose(description),
            key.name(),
            yaml(key.example()).replace("|", "\\|"));
  }

  private static String value(JsonNode form) {
    List<String> all = alternatives(form).stream().map(ExperimentPage::one).distinct().toList();
    return String.join(", or ", all);
  }

  private static String one(JsonNode form) {
    if (form.has("enum")) {
      List<String> words =
          elements(form.path("enum")).stream().map(w -> "`" + w.asText() + "`").toList();
      return (words.size() == 1 ? "" : "one of ") + String.join(", ", words);
    }
    String type = form.path("type").isArray() ? "text" : form.path("type").asText();
    return switch (type) {
      case "integer" -> "whole number" + range(form);
      case "number" -> "number" + range(form);
      case "boolean" -> "`true` or `false`";
      case "array" -> "a list" + (form.path("minItems").asInt() > 0 ? "" : ", which may be empty");
      case "object" -> form.has("properties") ? "a mapping" : "names with values";
      default -> "text";
    };
  }

  private static String range(JsonNode form) {
    if (form.has("exclusiveMinimum")) {
      return " above " + form.path("exclusiveMinimum") + " and at most " + form.path("maximum");
    }
    JsonNode least = form.path("minimum");
    JsonNode most = form.path("maximum");
    if (least.isMissingNode()) {
      return "";
    }
    String from = least.asText().replaceFirst("\\.0$", "");
    return most.isMissingNode() ? " of at least " + from : " from " + from + " to " + most.asText();
  }

  /** A value in one line of YAML. */
  static String yaml(JsonNode value) {
    if (value.isObject()) {
      return value.properties().stream()
          .map(p -> p.getKey() + ": " + yaml(p.getValue()))
          .collect(joining(", ", "{", "}"));
    }
    if (value.isArray()) {
      return elements(value).stream().map(ExperimentPage::yaml).collect(joining(", ", "[", "]"));
    }
    String text = value.asText();
    return value.isTextual() && !text.matches("[\\w./:-]+( [\\w./:=*&-]+)*(\\([\\w.=-]*\\))?")
        ? "\"" + text + "\""
        : text;
  }

  private static String prose(String text) {
    return text.replaceAll("([\\\\*_|<\\[\\]])", "\\\\$1");
  }
}
