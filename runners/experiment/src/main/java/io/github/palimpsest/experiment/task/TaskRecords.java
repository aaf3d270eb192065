package io.github.palimpsest.experiment.task;

import io.github.palimpsest.api.PalimpsestException;
import io.github.palimpsest.llm.hub.HubCache;
import io.github.palimpsest.llm.task.BenchmarkTask;
import io.github.palimpsest.llm.text.FileSet;
import io.github.palimpsest.llm.text.FileSource;
import io.github.palimpsest.llm.text.JsonRecord;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Finds the records of tasks. The files of a split are, in this order: those that the task file
 * names; those in the data folder; those in the user's cache of the Hub.
 *
 * @param folder the data folder
 * @param hub the cache
 */
public record TaskRecords(Path folder, HubCache hub) {
  /** The environment variable that names the data folder. */
  public static final String VARIABLE = "PALIMPSEST_DATA";

  private static final List<String> ENDINGS =
      List.of(".jsonl", ".json", ".jsonl.gz", ".json.gz", ".parquet", ".csv", ".tsv", ".arrow");

  /** The folder and the cache of this user. */
  public static TaskRecords ofUser() {
    return new TaskRecords(
        folder(System.getenv(), Path.of(System.getProperty("user.home", ""))), HubCache.ofUser());
  }

  /** The folder that the environment names, or {@code palimpsest/data} in the user's cache. */
  static Path folder(Map<String, String> environment, Path home) {
    String named = environment.getOrDefault(VARIABLE, "");
    if (!named.isBlank()) {
      return Path.of(named);
    }
    String cache = environment.getOrDefault("XDG_CACHE_HOME", "");
    Path caches = cache.isBlank() ? home.resolve(".cache") : Path.of(cache);
    return caches.resolve("palimpsest").resolve("data");
  }

  /**
   * A split with its files.
   *
   * @param split its name
   * @param files at least one, in the order of their names
   */
  public record Split(String split, List<Path> files) {
    /** Copies the list. */
    public Split {
      files = List.copyOf(files);
    }

    /**
     * The first records.
     *
     * @param most how many, 0 for all
     * @throws PalimpsestException if a file cannot be read
     */
    public List<JsonRecord> records(int most) {
      List<FileSet.Part> parts =
          files.stream().map(f -> new FileSet.Part(new FileSource(f), 1)).toList();
      return FileSet.of(parts).records(Optional.empty(), most == 0 ? Long.MAX_VALUE : most);
    }
  }

  /** The first of some splits that is there. */
  public Optional<Split> find(TaskCatalog.Entry entry, List<String> splits) {
    return splits.stream()
        .map(s -> new Split(s, files(entry, s)))
        .filter(s -> !s.files().isEmpty())
        .findFirst();
  }

  /**
   * As {@link #find}.
   *
   * @throws PalimpsestException if none is there; names the files that are looked for
   */
  public Split require(TaskCatalog.Entry entry, List<String> splits) {
    return find(entry, splits).orElseThrow(() -> missing(entry, splits));
  }

  private PalimpsestException missing(TaskCatalog.Entry entry, List<String> splits) {
    BenchmarkTask.Data data = entry.task().data();
    String what =
        "task '" + entry.task().name() + "' has no data for split " + String.join(" or ", splits);
    if (!data.files().isEmpty()) {
      return new PalimpsestException(
          what + "; its file names data for " + String.join(", ", data.files().keySet()));
    }
    List<String> others =
        Stream.of("train", "validation", "test", "dev")
            .filter(s -> !splits.contains(s) && !files(entry, s).isEmpty())
            .toList();
    return new PalimpsestException(
        what
            + ". Put the records of "
            + data.set()
            + (data.config().isEmpty() ? "" : ", configuration " + data.config() + ",")
            + " into "
            + place(data).resolve(splits.get(0) + ".jsonl")
            + " (or .json, .parquet, .csv, .arrow), or its Hub snapshot into "
            + hub.root()
            + (others.isEmpty()
                ? "; 'palimpsest data' lists what can be fetched"
                : "; these splits are there, for --split: " + String.join(", ", others)));
  }

  /** The folder of a data set in the data folder. */
  public Path place(BenchmarkTask.Data data) {
    Path set = folder.resolve(data.set()).normalize();
    return data.config().isEmpty() ? set : set.resolve(data.config());
  }

  private List<Path> files(TaskCatalog.Entry entry, String split) {
    BenchmarkTask.Data data = entry.task().data();
    if (!data.files().isEmpty()) {
      String named = data.files().get(split);
      return named == null ? List.of() : List.of(existing(entry.folder().resolve(named)));
    }
    List<Path> own = in(place(data), split, false);
    if (!own.isEmpty()) {
      return own;
    }
    return hub.find(HubCache.Kind.DATASETS, data.set())
        .map(snapshot -> inSnapshot(snapshot, data.config(), split))
        .orElse(List.of());
  }

  private static Path existing(Path file) {
    if (Files.isRegularFile(file)) {
      return file;
    }
    throw new PalimpsestException("the data file " + file + " does not exist");
  }

  private static List<Path> inSnapshot(Path snapshot, String config, String split) {
    List<Path> folders =
        config.isEmpty()
            ? List.of(snapshot.resolve("data"), snapshot, snapshot.resolve("default"))
            : List.of(snapshot.resolve(config));
    return folders.stream()
        .map(f -> in(f, split, true))
        .filter(files -> !files.isEmpty())
        .findFirst()
        .orElse(List.of());
  }

  /** The files of a split in a folder: {@code SPLIT.ENDING}, or the parts {@code SPLIT-...}. */
  private static List<Path> in(Path folder, String split, boolean parts) {
    if (!Files.isDirectory(folder)) {
      return List.of();
    }
    try (Stream<Path> listed = Files.list(folder)) {
      List<Path> all = new ArrayList<>(listed.filter(Files::isRegularFile).sorted().toList());
      all.removeIf(
          f -> {
            String name = f.getFileName().toString();
            String ending = ending(name);
            String stem = name.substring(0, name.length() - ending.length());
            return ending.isEmpty()
                || !stem.equals(split) && !(parts && stem.startsWith(split + "-"));
          });
      return all.isEmpty() || parts ? all : List.of(all.get(0));
    } catch (IOException e) {
      throw new PalimpsestException("cannot read " + folder + ": " + e.getMessage(), e);
    }
  }

  private static String ending(String name) {
    String lower = name.toLowerCase(Locale.ROOT);
    return ENDINGS.stream()
        .filter(lower::endsWith)
        .max((a, b) -> Integer.compare(a.length(), b.length()))
        .orElse("");
  }
}
