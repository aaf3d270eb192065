package io.github.palimpsest.llm.layout;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What is told of the reading of a source, apart from its counts.
 *
 * @param formats the formats that were found from the keys of records, each once; none if the
 *     format is stated
 * @param unread the keys of records that the formats found do not read, in the order of the file;
 *     none if the format is stated
 * @param files the number of records read from each file, in order; none if the source is one file
 * @param bad the number of records that were left out because they cannot be read
 * @param firstBad the first of them, each with its place and what is wrong
 */
public record ReadNotes(
    List<String> formats,
    List<String> unread,
    Map<String, Long> files,
    long bad,
    List<String> firstBad) {
  /** Nothing to tell. */
  public static final ReadNotes NONE = new ReadNotes(0, List.of());

  /** How many bad records are named. */
  public static final int NAMED = 5;

  /** How many unread keys are named; "..." stands for the others. */
  public static final int UNREAD = 30;

  /** Copies the collections. */
  public ReadNotes {
    formats = List.copyOf(formats);
    unread = List.copyOf(unread);
    files = Collections.unmodifiableMap(new LinkedHashMap<>(files));
    firstBad = List.copyOf(firstBad);
  }

  /** The records of one file that cannot be read. */
  public ReadNotes(long bad, List<String> firstBad) {
    this(List.of(), List.of(), Map.of(), bad, firstBad);
  }

  /** Whether there is anything to tell. */
  public boolean any() {
    return !formats.isEmpty() || !files.isEmpty() || bad > 0;
  }

  /** The notes of two sources that are read one after the other. */
  public ReadNotes plus(ReadNotes next) {
    Map<String, Long> all = new LinkedHashMap<>(files);
    next.files.forEach((file, records) -> all.merge(file, records, Long::sum));
    List<String> first = new ArrayList<>(firstBad);
    next.firstBad.stream().limit(NAMED - first.size()).forEach(first::add);
    return new ReadNotes(
        both(formats, next.formats), both(unread, next.unread), all, bad + next.bad, first);
  }

  private static List<String> both(List<String> first, List<String> next) {
    return Stream.concat(first.stream(), next.stream()).distinct().toList();
  }

  /** Sentences, one for each thing to tell. */
  public List<String> sentences() {
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
