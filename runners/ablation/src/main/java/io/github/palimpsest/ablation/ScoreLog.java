package io.github.palimpsest.ablation;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/** Rows of scores as JSON. */
final class ScoreLog {
  private ScoreLog() {}

  /**
   * An array of rows, each by set: the score and its examples. What the examples count is the same
   * in every row and stands in the first.
   */
  static ArrayNode json(List<SortedMap<String, SetScore>> rows) {
    ArrayNode all = JsonFile.array();
    for (SortedMap<String, SetScore> row : rows) {
      boolean first = all.isEmpty();
      ObjectNode sets = all.addObject();
      row.forEach(
          (set, score) -> {
            ObjectNode node = sets.putObject(set);
            node.put("value", score.value());
            node.set("per_example", JsonFile.array(score.perExample()));
            if (first) {
              node.set("weights", JsonFile.array(score.weights()));
            }
          });
    }
    return all;
  }

  static List<SortedMap<String, SetScore>> rows(JsonNode json) {
    List<SortedMap<String, SetScore>> rows = new ArrayList<>();
    for (JsonNode sets : json) {
      TreeMap<String, SetScore> row = new TreeMap<>();
      sets.properties()
          .forEach(
              e ->
                  row.put(
                      e.getKey(),
                      new SetScore(
                          e.getValue().path("value").asDouble(Double.NaN),
                          JsonFile.doubles(e.getValue().path("per_example")),
                          JsonFile.doubles(json.path(0).path(e.getKey()).path("weights")))));
      rows.add(row);
    }
    return rows;
  }
}
