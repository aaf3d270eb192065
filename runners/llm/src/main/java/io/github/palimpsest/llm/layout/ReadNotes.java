package io.github.palimpsest.llm.layout;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * What is told of the reading of a source, apart from its counts.
 *
 * @param formats the formats that were found from the keys of records, each once; none if the
 *     format is stated
 * @param files the number of records read from each file, in order; none if the source is one file
 * @param bad the number of records that were left out because they cannot be read
 * @param firstBad the first of them, each with its place and what is wrong
 */
public record ReadNotes(
    List<String> formats, Map<String, Long> files, long bad, List<String> firstBad) {
  /** Nothing to tell. */
  public static final ReadNotes NONE = new ReadNotes(List.of(), Map.of(), 0, List.of());

  /** How many bad records are named. */
  public static final int NAMED = 5;

  /** Copies the collections. */
  public ReadNotes {
    formats = List.copyOf(formats);
    files = Collections.unmodifiableMap(new LinkedHashMap<>(files));
    firstBad = List.copyOf(firstBad);
  }

  /** Whether there is anything to tell. */
  public boolean any() {
    return !formats.isEmpty() || !files.isEmpty() || bad > 0;
  }

  /** The notes of two sources that are read one after the other. */
  public ReadNotes plus(ReadNotes next) {
    List<String> both = new ArrayList<>(formats);
    next.formats.stream().filter(f -> !both.contains(f)).forEach(both::add);
    Map<String, Long> all = new LinkedHashMap<>(files);
    next.files.forEach((file, records) -> all.merge(file, records, Long::sum));
    List<String> first = new ArrayList<>(firstBad);
    next.firstBad.stream().limit(NAMED - first.size()).forEach(first::add);
    return new ReadNotes(both, all, bad + next.bad, first);
  }

  /** Sentences, one for each thing to tell. */
  public List<String> sentences() {
    List<String> told = new ArrayList<>();
    if (!formats.isEmpty()) {
      told.add("format found: " + String.join(", ", formats));
    }
    if (!files.isEmpty()) {
      told.add(
          files.entrySet().stream()
              .map(e -> e.getValue() + " records of " + e.getKey())
              .collect(Collectors.joining(", ")));
    }
    if (bad > 0) {
      told.add(
          bad
              + " records cannot be read and are left out"
              + (bad > firstBad.size() ? "; the first " + firstBad.size() : "")
              + ":");
      firstBad.forEach(line -> told.add("  " + line));
    }
    return told;
  }
}
