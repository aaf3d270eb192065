package io.github.palimpsest.execution;

import io.github.palimpsest.api.PalimpsestException;
import io.github.palimpsest.engine.checkpoint.StateFile;
import io.github.palimpsest.results.folder.FolderLayout;
import io.github.palimpsest.results.folder.JsonFile;
import io.github.palimpsest.storage.DamagedFileException;
import io.github.palimpsest.storage.IoReason;
import io.github.palimpsest.storage.Sha256Sums;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Checks whether the parts of an output folder are unchanged: its stages, cells, rows of scores,
 * probes and single records. Each part is read completely, including states of many gigabytes.
 */
public final class FolderCheck {
  private FolderCheck() {}

  /**
   * All damage in a folder, in the order of its files.
   *
   * @throws PalimpsestException if something cannot be read
   */
  public static List<DamagedFileException> all(Path root) {
    List<DamagedFileException> found = new ArrayList<>();
    units(root).forEach(unit -> damage(unit).ifPresent(found::add));
    return found;
  }

  /** As {@link #all}, and the checkpoints of stages under way, which a run sets aside itself. */
  public static List<DamagedFileException> withCheckpoints(Path root) {
    List<DamagedFileException> found = new ArrayList<>(all(root));
    for (Path work : content(new FolderLayout(root).work())) {
      for (Path file : content(work)) {
        if (file.toString().endsWith(".checkpoint")) {
          checkpoint(file).ifPresent(found::add);
        }
      }
    }
    return found;
  }

  private static Optional<DamagedFileException> checkpoint(Path file) {
    try {
      StateFile.requireWhole(file);
    } catch (DamagedFileException e) {
      return Optional.of(e);
    } catch (NoSuchFileException e) {
      return Optional.empty(); // its run has finished the stage meanwhile
    } catch (IOException e) {
      throw new PalimpsestException("'" + file + "' cannot be read: " + IoReason.of(e), e);
    }
    return Optional.empty();
  }

  /** The parts of a folder that are damaged as a whole. */
  static List<Path> units(Path root) {
    List<Path> units = new ArrayList<>();
    FolderLayout layout = new FolderLayout(root);
    layout.records().stream().filter(Files::exists).forEach(units::add);
    for (Path folder : List.of(layout.cells(), layout.scores(), layout.items(), layout.stages())) {
      units.addAll(content(folder));
    }
    for (Path probes : List.of(layout.probes(), layout.stageProbes())) {
      content(probes).forEach(measured -> units.addAll(content(measured)));
    }
    return units;
  }

  private static List<Path> content(Path folder) {
    try (Stream<Path> all = Files.list(folder)) {
      return all.filter(p -> !p.getFileName().toString().startsWith(".")).sorted().toList();
    } catch (NoSuchFileException | NotDirectoryException e) {
      return List.of();
    } catch (IOException e) {
      throw new PalimpsestException("'" + folder + "' cannot be read: " + IoReason.of(e), e);
    }
  }

  /**
   * The first damage to a part; none if the part does not exist.
   *
   * @param unit a folder of a stage or a cell, or a JSON file
   * @throws PalimpsestException if it cannot be read
   */
  static Optional<DamagedFileException> damage(Path unit) {
    try {
      if (Files.isDirectory(unit)) {
        requireWhole(unit);
      } else if (Files.exists(unit)) {
        JsonFile.readSealed(unit);
      }
      return Optional.empty();
    } catch (DamagedFileException e) {
      return Optional.of(e);
    } catch (IOException e) {
      throw new PalimpsestException("'" + unit + "' cannot be read: " + IoReason.of(e), e);
    }
  }

  private static void requireWhole(Path folder) throws IOException {
    Path file = folder.resolve(Sha256Sums.FILE);
    Set<String> names =
        Sha256Sums.of(folder)
            .orElseThrow(() -> new DamagedFileException(file, "it is missing"))
            .names();
    if (names.stream().noneMatch(OutputFolder.CHIEF::contains)) {
      throw new DamagedFileException(file, "it has none of " + OutputFolder.CHIEF);
    }
    for (String name : names) {
      Sha256Sums.read(folder.resolve(name));
    }
    Path state = folder.resolve(StateFile.NAME);
    if (Files.exists(state)) {
      StateFile.requireWhole(state);
    }
  }
}
