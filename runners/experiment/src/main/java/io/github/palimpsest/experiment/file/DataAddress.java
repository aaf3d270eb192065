package io.github.palimpsest.experiment.file;

import io.github.palimpsest.api.NearestName;
import io.github.palimpsest.api.PalimpsestException;
import io.github.palimpsest.experiment.evaluation.BenchmarkRecords;
import io.github.palimpsest.experiment.task.TaskRecords;
import io.github.palimpsest.llm.layout.DataFolder;
import io.github.palimpsest.llm.quickstart.QuickstartRecords;
import io.github.palimpsest.llm.text.FileSet;
import io.github.palimpsest.llm.text.FileSource;
import io.github.palimpsest.llm.text.JsonRecord;
import io.github.palimpsest.llm.text.MadeRecords;
import io.github.palimpsest.llm.text.RecordFile;
import io.github.palimpsest.llm.text.RecordSource;
import io.github.palimpsest.results.folder.Fingerprint;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.TreeMap;

/**
 * What an experiment file names as data: a path, or a task of a generator as {@code SCHEME:NAME};
 * {@code SCHEME:NAME:held-out} is the part of it that is never trained on.
 *
 * @param source where the records come from
 */
public record DataAddress(RecordSource source) {
  private static final String HELD_OUT = ":held-out";

  /** Generated data are the same for all cells. */
  private static final List<MadeRecords.Generator> GENERATORS =
      List.of(new QuickstartRecords(1), new BenchmarkRecords(TaskRecords.ofUser()));

  /**
   * Finds what is named: a file, the data files of a folder, or generated records.
   *
   * @param written the path, or the name of a generated task
   * @throws io.github.palimpsest.api.PalimpsestException with its place, if there is no such file
   *     or task
   */
  public static DataAddress find(Experiment experiment, Place place, WrittenPath written) {
    return find(experiment, place, DataFiles.of(written));
  }

  /**
   * Finds the data of a set; see {@link #find(Experiment, Place, WrittenPath)}.
   *
   * @throws io.github.palimpsest.api.PalimpsestException with its place, if there is no such file
   *     or task, or a generated task is one of several
   */
  public static DataAddress find(Experiment experiment, Place place, DataFiles data) {
    List<FileSet.Part> parts = new ArrayList<>();
    for (DataFiles.One one : data.files()) {
      Optional<MadeRecords> made = made(place, one.written().text());
      if (made.isPresent()) {
        if (data.files().size() > 1 || one.weight() != 1) {
          throw place.error("'" + one.written() + "' is generated, and cannot be one of several");
        }
        return new DataAddress(made.get());
      }
      Path found = DataPaths.find(experiment, place, one.written());
      List<Path> files = Files.isDirectory(found) ? listed(place, found) : List.of(found);
      files.forEach(file -> parts.add(new FileSet.Part(new FileSource(file), one.weight())));
    }
    try {
      return new DataAddress(FileSet.of(parts));
    } catch (PalimpsestException e) {
      throw place.error(e);
    }
  }

  private static List<Path> listed(Place place, Path folder) {
    try {
      return DataFolder.files(folder);
    } catch (PalimpsestException e) {
      throw place.error(e);
    }
  }

  /** The SHA-256 of the content; for several files also of their order and weights. */
  public String sha256() {
    if (source instanceof FileSource file) {
      return Fingerprint.of(file.file());
    }
    if (source instanceof MadeRecords made) {
      return sha256(made);
    }
    TreeMap<String, String> parts = new TreeMap<>();
    for (FileSet.Part part : ((FileSet) source).files()) {
      parts.put(
          "%08d".formatted(parts.size()),
          Fingerprint.of(part.source().file()) + " " + part.weight());
    }
    return Fingerprint.of(parts);
  }

  /** Whether an engine reads any of the files. */
  public boolean isTable() {
    return files().stream().anyMatch(RecordFile::isTable);
  }

  private List<String> files() {
    if (source instanceof FileSet set) {
      return set.files().stream().map(part -> part.source().toString()).toList();
    }
    return source instanceof FileSource file ? List.of(file.toString()) : List.of();
  }

  /** Refuses the name of a generated task that there is not. */
  static void check(YamlScalar data) {
    generator(data.text()).ifPresent(g -> name(g, data.place(), address(g, data.text())));
  }

  /** The address of what the data hold out themselves, if they do. */
  static Optional<String> heldOut(String written) {
    return generator(written).isPresent() && !written.endsWith(HELD_OUT)
        ? Optional.of(written + HELD_OUT)
        : Optional.empty();
  }

  /** Whether the data are generated: they are records, and none is bad. */
  public static boolean generated(String written) {
    return generator(written).isPresent();
  }

  /** The number of records that are generated without reading any file; empty for other data. */
  public static OptionalInt madeRecords(DataSet set) {
    DataFiles data = set.data();
    String written = data.files().get(0).written().text();
    return generator(written)
        .filter(g -> !g.readsFiles() && data.files().size() == 1)
        .flatMap(g -> made(set.place(), written))
        .map(made -> OptionalInt.of(made.all().size()))
        .orElse(OptionalInt.empty());
  }

  private static Optional<MadeRecords.Generator> generator(String written) {
    return GENERATORS.stream().filter(g -> written.startsWith(g.scheme() + ":")).findFirst();
  }

  private static String address(MadeRecords.Generator generator, String written) {
    return written.substring(generator.scheme().length() + 1);
  }

  private static Optional<MadeRecords> made(Place place, String written) {
    return generator(written).map(g -> made(g, place, address(g, written)));
  }

  private static MadeRecords made(MadeRecords.Generator generator, Place place, String address) {
    String name = name(generator, place, address);
    try {
      return address.endsWith(HELD_OUT) ? generator.heldOut(name) : generator.training(name);
    } catch (PalimpsestException e) {
      throw place.error(e);
    }
  }

  /** The name of a task in an address. */
  private static String name(MadeRecords.Generator generator, Place place, String address) {
    boolean heldOut = address.endsWith(HELD_OUT);
    String name = heldOut ? address.substring(0, address.length() - HELD_OUT.length()) : address;
    if (!generator.names().contains(name)) {
      throw place.error(
          "unknown generated task '" + name + "'" + NearestName.hint(name, generator.names()));
    }
    return name;
  }

  private static String sha256(MadeRecords made) {
    TreeMap<String, String> records = new TreeMap<>();
    for (JsonRecord r : made.all()) {
      records.put("%08d".formatted(r.number()), r.node().toString());
    }
    return Fingerprint.of(records);
  }
}
