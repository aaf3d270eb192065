package io.github.palimpsest.execution.remote;

import io.github.palimpsest.results.folder.FolderLayout;
import io.github.palimpsest.storage.Folders;
import io.github.palimpsest.storage.NewFile;
import io.github.palimpsest.storage.Sha256Sums;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.stream.Stream;

/**
 * An output folder on a remote file system, with the names of {@link FolderLayout}: a copy of it is
 * an output folder. It consists of units: the folder of a stage or a cell, or a single file. The
 * checksums of a folder, {@link Sha256Sums#FILE}, are written last: without them the folder does
 * not count. So nothing that a file system does to a whole folder has to be atomic. A complete unit
 * stays, unless it is replaced on purpose.
 */
public final class RemoteGrid implements AutoCloseable {
  private static final FolderLayout NAMES = new FolderLayout(Path.of(""));

  /** The folders of units, with the number of names in the path of the file that completes one. */
  private static final Map<Path, Integer> UNITS =
      Map.of(
          NAMES.cells(), 3,
          NAMES.stages(), 3,
          NAMES.scores(), 2,
          NAMES.items(), 2,
          NAMES.probes(), 3,
          NAMES.stageProbes(), 3);

  private final RemoteFiles files;

  /** An output folder that consists of these files. */
  public RemoteGrid(RemoteFiles files) {
    this.files = files;
  }

  /** Its address, for people. */
  public String address() {
    return files.address();
  }

  /** The unit of a stage. */
  public static String stage(String id) {
    return text(NAMES.stage(id));
  }

  /** The unit of a cell. */
  public static String cell(String id) {
    return text(NAMES.cell(id));
  }

  /** The unit of a row of scores. */
  public static String row(String id) {
    return text(NAMES.row(id));
  }

  static String text(Path path) {
    return path.toString().replace('\\', '/');
  }

  /** The complete units among some files. */
  static SortedSet<String> units(Iterable<String> files) {
    TreeSet<String> units = new TreeSet<>();
    for (String file : files) {
      Path path = Path.of(file);
      if (path.getNameCount() == UNITS.getOrDefault(path.getName(0), 0)) {
        boolean folder = isFolder(path.getName(0));
        if (folder && path.endsWith(Sha256Sums.FILE)) {
          units.add(text(path.getParent()));
        } else if (!folder
            && file.endsWith(".json")
            && !path.getFileName().toString().startsWith(".")) {
          units.add(file);
        }
      }
    }
    return units;
  }

  private static boolean isFolder(Path first) {
    return first.equals(NAMES.cells()) || first.equals(NAMES.stages());
  }

  /** The file that makes a unit complete. */
  static String last(String unit) {
    return isFolder(Path.of(unit).getName(0)) ? unit + "/" + Sha256Sums.FILE : unit;
  }

  static SortedSet<String> unitsOf(Path folder) throws IOException {
    List<String> found = new ArrayList<>();
    for (Path first : UNITS.keySet()) {
      Path all = folder.resolve(first);
      if (Files.isDirectory(all)) {
        try (Stream<Path> walk = Files.walk(all, UNITS.get(first) - 1)) {
          walk.filter(Files::isRegularFile).forEach(f -> found.add(text(folder.relativize(f))));
        }
      }
    }
    return units(found);
  }

  /** All files. */
  SortedSet<String> all() throws IOException {
    return files.files("");
  }

  /** Whether a unit is complete. */
  boolean complete(String unit) throws IOException {
    return files.exists(last(unit));
  }

  /**
   * Copies a unit to a folder of this machine, where it appears at once.
   *
   * @param state whether the state of a stage is copied as well, if there is one
   * @throws NoSuchFileException if it is not complete
   * @throws io.github.palimpsest.storage.DamagedFileException if its list of checksums is none
   */
  void get(String unit, Path folder, boolean state) throws IOException {
    Path to = folder.resolve(unit);
    Path part = NewFile.part(to);
    try {
      if (last(unit).equals(unit)) {
        Files.createDirectories(to.getParent());
        getRecord(unit, to);
        return;
      }
      Files.createDirectories(part);
      files.get(last(unit), part.resolve(Sha256Sums.FILE));
      for (String name : Sha256Sums.of(part).orElseThrow().names()) {
        files.get(unit + "/" + name, part.resolve(name));
      }
      if (state && files.exists(unit + "/" + FolderLayout.STATE)) {
        files.get(unit + "/" + FolderLayout.STATE, part.resolve(FolderLayout.STATE));
      }
      Folders.delete(to);
      Files.move(part, to, StandardCopyOption.ATOMIC_MOVE);
    } finally {
      Folders.deleteQuietly(part);
    }
  }

  /**
   * Publishes a unit of a folder of this machine, unless a complete one is there.
   *
   * @return whether it was published
   */
  boolean put(String unit, Path folder) throws IOException {
    if (complete(unit)) {
      return false;
    }
    Path from = folder.resolve(unit);
    if (Files.isDirectory(from)) {
      List<Path> content = new ArrayList<>(Folders.content(from));
      content.removeIf(
          f -> f.endsWith(Sha256Sums.FILE) || f.getFileName().toString().startsWith("."));
      for (Path file : content) {
        files.put(file, unit + "/" + file.getFileName());
      }
      files.put(from.resolve(Sha256Sums.FILE), last(unit));
    } else {
      files.put(from, unit);
    }
    return true;
  }

  /** Publishes a unit in place of the one that is there. */
  void replace(String unit, Path folder) throws IOException {
    files.delete(last(unit));
    put(unit, folder);
  }

  /** Removes a unit. */
  void remove(String unit) throws IOException {
    files.delete(last(unit)); // first: what is left must not count
    files.delete(unit);
  }

  /** Copies a record of the folder itself, and replaces the one that is there. */
  void putRecord(Path file) throws IOException {
    files.put(file, file.getFileName().toString());
  }

  /** Copies a single file, such as a record of the folder itself, to this machine. */
  void getRecord(String name, Path to) throws IOException {
    Path part = NewFile.part(to);
    files.get(name, part);
    Files.move(part, to, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
  }

  /** Copies the checkpoints of an unfinished stage to a file of this machine, if there are any. */
  boolean getCheckpoints(String stage, Path to) throws IOException {
    try {
      files.get(text(NAMES.checkpoints(stage)), to);
      return true;
    } catch (NoSuchFileException e) {
      return false;
    }
  }

  /** Publishes the checkpoints of an unfinished stage. */
  void putCheckpoints(String stage, Path from) throws IOException {
    files.put(from, text(NAMES.checkpoints(stage)));
  }

  /** Removes the checkpoints of a stage that is finished. */
  void removeCheckpoints(String stage) throws IOException {
    files.delete(text(NAMES.checkpoints(stage)));
  }

  @Override
  public void close() {
    files.close();
  }
}
