package io.github.palimpsest.results.folder;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.databind.JsonNode;
import io.github.palimpsest.api.data.DataCounts;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The use of the records of an experiment's data: for each set, the numbers of a {@link DataCounts}
 * by their names.
 *
 * @param length the maximum number of tokens of an example; 0 if nothing is known
 * @param trained the counts of the tasks and the corpus
 * @param evaluated the counts of the tasks' held-out or test data, and of the evaluation sets
 * @param sources what is told of the reading of each set, if there is anything
 */
public record DataUse(
    int length,
    Map<String, Map<String, Long>> trained,
    Map<String, Map<String, Long>> evaluated,
    @JsonInclude(JsonInclude.Include.NON_EMPTY) Map<String, Source> sources) {
  /** Nothing is known. */
  public static final DataUse NONE = new DataUse(0, Map.of(), Map.of(), Map.of());

  /**
   * What is told of the reading of a set.
   *
   * @param formats the formats that were found from the keys of records
   * @param unread the keys of records that these formats do not read
   * @param files the number of records read from each of several files
   * @param bad the number of records that cannot be read and were left out
   * @param firstBad the first of them, each with its place and what is wrong
   */
  public record Source(
      @JsonInclude(JsonInclude.Include.NON_EMPTY) List<String> formats,
      @JsonInclude(JsonInclude.Include.NON_EMPTY) List<String> unread,
      @JsonInclude(JsonInclude.Include.NON_EMPTY) Map<String, Long> files,
      long bad,
      @JsonInclude(JsonInclude.Include.NON_EMPTY) List<String> firstBad) {
    /** Copies the collections, and replaces missing ones with empty ones. */
    public Source {
      formats = formats == null ? List.of() : List.copyOf(formats);
      unread = unread == null ? List.of() : List.copyOf(unread);
      files = JsonFile.map(files);
      firstBad = firstBad == null ? List.of() : List.copyOf(firstBad);
    }

    private List<String> sentences() {
      List<String> told = new ArrayList<>();
      if (!formats.isEmpty()) {
        told.add(
            "format found: "
                + String.join(", ", formats)
                + (unread.isEmpty() ? "" : "; not read: " + String.join(", ", unread)));
      }
      if (!files.isEmpty()) {
        told.add(
            files.entrySet().stream()
                .map(e -> e.getValue() + " records of " + e.getKey())
                .collect(Collectors.joining(", ")));
      }
      if (bad > 0) {
        told.add(bad + " records cannot be read, such as " + String.join("; ", firstBad));
      }
      return told;
    }
  }

  /** Copies the maps, and replaces missing ones with empty ones. */
  public DataUse {
    trained = JsonFile.map(trained);
    evaluated = JsonFile.map(evaluated);
    sources = JsonFile.map(sources);
  }

  public static DataUse of(
      int length, SortedMap<String, DataCounts> trained, SortedMap<String, DataCounts> evaluated) {
    return of(length, trained, evaluated, new TreeMap<>());
  }

  /** The use of the records of all sets, with what is told of their reading. */
  public static DataUse of(
      int length,
      SortedMap<String, DataCounts> trained,
      SortedMap<String, DataCounts> evaluated,
      SortedMap<String, Source> sources) {
    return new DataUse(length, byName(trained), byName(evaluated), sources);
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
    sources.forEach(
        (name, source) -> {
          if (all || source.bad() > 0) {
            source.sentences().forEach(line -> told.add("'" + name + "': " + line));
          }
        });
    return told;
  }

  /** A sentence for each set that loses half or more of its records. */
  public List<String> warnings() {
    List<String> told = new ArrayList<>();
    warn("trained", trained, told);
    warn("evaluated", evaluated, told);
    return told;
  }

  private void warn(String use, Map<String, Map<String, Long>> sets, List<String> told) {
    sets.forEach(
        (name, numbers) ->
            DataCounts.of(numbers)
                .heavyLoss(length)
                .ifPresent(loss -> told.add("'" + name + "', " + use + ": " + loss)));
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
