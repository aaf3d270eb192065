package io.github.palimpsest.results.folder;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.palimpsest.api.data.DataCounts;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The use of the records of an experiment's data: for each set, the numbers of a {@link DataCounts}
 * by their names.
 *
 * @param length the maximum number of tokens of an example; 0 if nothing is known
 * @param trained the counts of the tasks and the corpus
 * @param evaluated the counts of the tasks' held-out or test data, and of the evaluation sets
 */
public record DataUse(
    int length, Map<String, Map<String, Long>> trained, Map<String, Map<String, Long>> evaluated) {
  /** Nothing is known. */
  public static final DataUse NONE = new DataUse(0, Map.of(), Map.of());

  /** Copies both maps, and replaces missing ones with empty ones. */
  public DataUse {
    trained = JsonFile.map(trained);
    evaluated = JsonFile.map(evaluated);
  }

  public static DataUse of(
      int length, SortedMap<String, DataCounts> trained, SortedMap<String, DataCounts> evaluated) {
    return new DataUse(length, byName(trained), byName(evaluated));
  }

  private static Map<String, Map<String, Long>> byName(SortedMap<String, DataCounts> sets) {
    TreeMap<String, Map<String, Long>> all = new TreeMap<>();
    sets.forEach((name, counts) -> all.put(name, counts.byName()));
    return all;
  }

  /** This, or null if nothing is known. */
  public @Nullable DataUse known() {
    return length == 0 ? null : this;
  }

  /** The JSON, for programs. */
  public JsonNode json() {
    return Json.tree(this);
  }

  /**
   * Sentences, one for each set.
   *
   * @param all whether to include the sets whose every record and token is used
   */
  public List<String> sentences(boolean all) {
    List<String> told = new ArrayList<>();
    tell("trained", trained, all, told);
    tell("evaluated", evaluated, all, told);
    return told;
  }

  private void tell(
      String use, Map<String, Map<String, Long>> sets, boolean all, List<String> told) {
    sets.forEach(
        (name, numbers) -> {
          DataCounts counts = DataCounts.of(numbers);
          if (all || counts.lost()) {
            told.add("'" + name + "', " + use + ": " + counts.text(length));
          }
        });
  }
}
