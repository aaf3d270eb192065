package io.github.palimpsest.results.text;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.palimpsest.results.analysis.Analysis;
import io.github.palimpsest.results.analysis.Effect;
import io.github.palimpsest.results.analysis.Effects;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/**
 * The effects of an analysis as a flat table for programs: a row for each effect on each outcome,
 * with the keys and values of the JSON report. An outcome without effects has one row that says
 * why.
 */
public final class EffectTable {
  private static final List<String> OUTCOME =
      List.of("outcome", "unit", "higher_is_better", "basis");

  private static final List<String> EFFECT =
      List.of(
          "effect",
          "label",
          "combinations",
          "primary",
          "verdict",
          "seeds",
          "evidence",
          "caveat",
          "estimate",
          "low",
          "high",
          "confidence",
          "t",
          "p",
          "tests_in_family",
          "p_holm",
          "simultaneous_low",
          "simultaneous_high",
          "equivalence_p",
          "d_z",
          "hedges_g",
          "detectable",
          "per_seed");

  private static final List<String> REST = List.of("left_out", "reason");

  private EffectTable() {}

  /** The header and the rows; an undefined number is an empty text. */
  public static List<List<String>> of(Analysis analysis) {
    List<List<String>> table = new ArrayList<>();
    table.add(Stream.of(OUTCOME, EFFECT, REST).flatMap(List::stream).toList());
    for (Effects e : analysis.effects()) {
      ObjectNode outcome = AnalysisJson.effects(e);
      List<Effect> all = e.all();
      for (Effect x : all) {
        table.add(row(outcome, AnalysisJson.effect(x)));
      }
      if (all.isEmpty()) {
        table.add(row(outcome, outcome.objectNode()));
      }
    }
    return table;
  }

  private static List<String> row(ObjectNode outcome, ObjectNode effect) {
    for (Map.Entry<String, JsonNode> field : effect.properties()) {
      if (!EFFECT.contains(field.getKey())) {
        throw new IllegalStateException("no column for '" + field.getKey() + "' of an effect");
      }
    }
    List<String> row = new ArrayList<>();
    OUTCOME.forEach(key -> row.add(text(outcome.path(key))));
    EFFECT.forEach(key -> row.add(text(effect.path(key))));
    REST.forEach(key -> row.add(text(outcome.path(key))));
    return row;
  }

  /** The text of a value; values of a list are joined by semicolons. */
  private static String text(JsonNode value) {
    if (value.isArray()) {
      return StreamSupport.stream(value.spliterator(), false)
          .map(EffectTable::text)
          .collect(Collectors.joining(";"));
    }
    return value.isNull() ? "" : value.asText();
  }
}
