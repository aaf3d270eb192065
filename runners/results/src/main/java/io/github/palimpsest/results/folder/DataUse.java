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
 * What became of the records of an experiment's data: for each set the numbers of a {@link
 * DataCounts} by their names.
 *
 * @param length the most tokens of an example; 0 where nothing is known
 * @param trained tasks and the corpus
 * @param evaluated what is held out of tasks or tested on, and the evaluation sets
 */
public record DataUse(
    int length, Map<String, Map<String, Long>> trained, Map<String, Map<String, Long>> evaluated) {
  /** Nothing is known. */
  public static final DataUse NONE = new DataUse(0, Map.of(), Map.of());

  /** Copies both, and puts empty ones where a file has none. */
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

  /** For programs. */
  public JsonNode json() {
    return Json.tree(this);
  }

  /**
   * In sentences, one for each set.
   *
   * @param all whether to tell of sets that are used to the last record and token as well
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
