package io.github.palimpsest.llm.layout;

import io.github.palimpsest.api.PalimpsestException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collector;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The data files of a folder, by name. All have one kind. Files whose names begin with a dot or an
 * underscore, and the notes that libraries put beside their data, are not data.
 */
public final class DataFolder {
  /** The endings of data files; those of text may be followed by {@code .gz}. */
  private static final List<String> KINDS =
      List.of(
          ".jsonl", ".json", ".csv", ".tsv", ".txt", ".parquet", ".arrow", ".feather", ".ndjson");

  private static final Set<String> NOTES =
      Set.of("dataset_info.json", "dataset_infos.json", "dataset_dict.json", "state.json");

  private static final Pattern TRAINING = Pattern.compile("(^|.*[^a-z])train(ing)?([^a-z].*|$)");
  private static final Pattern OTHER =
      Pattern.compile("(^|.*[^a-z])(test|valid(ation)?|dev|eval(uation)?)([^a-z].*|$)");

  private DataFolder() {}

  /**
   * The data files of a folder; subfolders are not read.
   *
   * @throws PalimpsestException if there are none, they have several kinds, or some are for
   *     training and some for evaluation by their names
   */
  public static List<Path> files(Path folder) {
    List<Path> all;
    try (Stream<Path> listed = Files.list(folder)) {
      all = listed.sorted().toList();
    } catch (IOException e) {
      throw new PalimpsestException("cannot read " + folder + ": " + e.getMessage(), e);
    }
    List<Path> files = all.stream().filter(DataFolder::isData).toList();
    if (files.isEmpty()) {
      String below =
          all.stream()
              .filter(Files::isDirectory)
              .map(p -> p.getFileName() + "")
              .filter(name -> !name.startsWith("."))
              .collect(Collectors.joining(", "));
      throw new PalimpsestException(
          folder
              + " has no data file ("
              + String.join(", ", KINDS)
              + ")"
              + (below.isEmpty() ? "" : "; its folders are not read: " + below));
    }
    SortedSet<String> kinds = files.stream().map(DataFolder::kind).collect(sorted());
    if (kinds.size() > 1) {
      throw new PalimpsestException(
          folder
              + " has data files of several kinds, "
              + String.join(", ", kinds)
              + "; name the files");
    }
    requireOnePart(folder, files);
    return files;
  }

  private static Collector<String, ?, TreeSet<String>> sorted() {
    return Collectors.toCollection(TreeSet::new);
  }

  /** Training data must not be evaluation data (rule SET-03). */
  private static void requireOnePart(Path folder, List<Path> files) {
    List<String> names = files.stream().map(DataFolder::name).toList();
    boolean training = names.stream().anyMatch(n -> TRAINING.matcher(n).matches());
    List<String> others = names.stream().filter(n -> OTHER.matcher(n).matches()).toList();
    if (training && !others.isEmpty()) {
      throw new PalimpsestException(
          folder
              + " has files for training and for evaluation, such as '"
              + others.get(0)
              + "'; name the files");
    }
  }

  private static boolean isData(Path file) {
    String name = name(file);
    return Files.isRegularFile(file)
        && !name.startsWith(".")
        && !name.startsWith("_")
        && !NOTES.contains(name)
        && !kind(file).isEmpty();
  }

  private static String name(Path file) {
    return file.getFileName().toString().toLowerCase(Locale.ROOT);
  }

  private static String kind(Path file) {
    String name = name(file);
    String plain = name.endsWith(".gz") ? name.substring(0, name.length() - 3) : name;
    return KINDS.stream().filter(plain::endsWith).findFirst().orElse("");
  }
}
