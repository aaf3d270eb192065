package io.github.palimpsest.execution;

import io.github.palimpsest.results.folder.ExperimentIdentity;
import io.github.palimpsest.results.folder.Fingerprint;
import io.github.palimpsest.results.folder.FolderLayout;
import io.github.palimpsest.results.folder.GridPlan;
import io.github.palimpsest.results.folder.JsonFile;
import io.github.palimpsest.results.folder.RunNote;
import io.github.palimpsest.storage.DamagedFileException;
import io.github.palimpsest.storage.Folders;
import io.github.palimpsest.storage.OutputException;
import io.github.palimpsest.storage.Private;
import io.github.palimpsest.storage.Quarantine;
import io.github.palimpsest.storage.SafeMove;
import io.github.palimpsest.storage.Sha256Sums;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.SortedMap;
import java.util.stream.Stream;

/**
 * The folder that an experiment writes to.
 *
 * <pre>
 * experiment.json          what all cells share, and its hash
 * plan.json                the cells of the latest run, and what was excluded
 * origin.json              the experiment file of the latest run and its options
 * cells/ID/result.json     a finished cell; equal bytes for equal runs
 * cells/ID/timing.json     what was measured of the run itself
 * cells/ID/failed.json     a cell that failed, instead
 * stages.json              the stages of the latest run, for status
 * cells/ID/SHA256SUMS      checksums of these; the records of the folder itself end in their own
 * experiment.yaml          the experiment file as several workers were given it
 * damaged/                 what had changed since it was written, see {@link Repair}
 * stages/, scores/, work/  what cells have in common, see {@link StageStore}
 * </pre>
 *
 * <p>A folder that a run makes is the user's alone; one that was there keeps its rights, so that a
 * group can share it. Folders of cells appear whole or not at all, so several runs may share the
 * folder.
 */
final class OutputFolder implements AutoCloseable {
  /** The records that make the folder of a stage or a cell one; each has one of them. */
  static final List<String> CHIEF =
      List.of(FolderLayout.RESULT, FolderLayout.FAILED, FolderLayout.ABOUT);

  private final FolderLayout layout;
  private final List<Path> mine;
  private final Optional<DamagedFileException> damage;
  private boolean finishedAny;

  private OutputFolder(Path root, List<Path> mine, Optional<DamagedFileException> damage) {
    this.layout = new FolderLayout(root);
    this.mine = mine;
    this.damage = damage;
  }

  /** Removes things, the last first; what tells whose the folder is goes only with all else. */
  private static void takeAway(List<Path> things) {
    for (int i = things.size() - 1; i >= 0; i--) {
      if (!Folders.deleteQuietly(things.get(i))) {
        return;
      }
    }
  }

  /** What was wrong with the note of whose the folder is, before it was opened. */
  Optional<DamagedFileException> damage() {
    return damage;
  }

  /**
   * Opens or creates the folder.
   *
   * @param root where
   * @param name the experiment's name
   * @param shared what all cells share; a folder where it differs is another experiment's
   * @throws OutputException if it is another experiment's, in use, or cannot be written
   */
  static OutputFolder open(Path root, String name, SortedMap<String, String> shared) {
    Path absolute = root.toAbsolutePath().normalize();
    Optional<DamagedFileException> damage = FolderOwner.check(root, shared);
    List<Path> mine = absentBefore(absolute);
    try {
      Private.createDirectories(absolute);
      FolderLayout layout = new FolderLayout(absolute);
      if (damage.isPresent()) {
        new Quarantine(absolute).take(layout.experiment());
      }
      JsonFile.writeSealed(
          layout.experiment(), new ExperimentIdentity(name, Fingerprint.of(shared), shared));
      Files.createDirectories(layout.cells());
      return new OutputFolder(absolute, mine, damage);
    } catch (OutputException e) {
      takeAway(mine);
      throw e;
    } catch (IOException e) {
      takeAway(mine);
      throw new OutputException(root, e);
    }
  }

  /**
   * What this run makes by opening the folder, and takes away again if it comes to nothing: the
   * folder with the parents that were missing, or, in a folder that was empty, what is put there.
   */
  private static List<Path> absentBefore(Path root) {
    FolderLayout layout = new FolderLayout(root);
    if (Files.exists(layout.experiment())) {
      return List.of();
    }
    if (Files.exists(root)) {
      return Stream.of(
              layout.experiment(),
              layout.plan(),
              layout.chains(),
              layout.origin(),
              layout.submitted(),
              layout.cells(),
              layout.stages(),
              layout.scores(),
              layout.work())
          .filter(p -> !Files.exists(p))
          .toList();
    }
    Path first = root;
    while (first.getParent() != null && !Files.exists(first.getParent())) {
      first = first.getParent();
    }
    return List.of(first);
  }

  Path root() {
    return layout.root();
  }

  void writePlan(GridPlan plan) {
    JsonFile.writeSealed(layout.plan(), plan);
  }

  /** Whether a cell has a result. */
  boolean finished(String id) {
    return Files.isRegularFile(layout.result(id));
  }

  Path cell(String id) {
    return layout.cell(id);
  }

  /**
   * Makes the folder of a finished or failed cell appear with the given files, in place of an
   * earlier failed one.
   */
  void finish(String id, SortedMap<String, Object> files) {
    Path part = layout.cells().resolve("." + id + ".part");
    try {
      Folders.delete(part);
      Files.createDirectories(part);
      files.forEach((name, content) -> JsonFile.write(part.resolve(name), content));
      Sha256Sums.write(part, files.keySet());
      Folders.delete(cell(id));
      Files.move(part, cell(id), StandardCopyOption.ATOMIC_MOVE);
      SafeMove.force(layout.cells());
      finishedAny = true;
    } catch (OutputException e) {
      Folders.deleteQuietly(part);
      throw e;
    } catch (IOException e) {
      Folders.deleteQuietly(part);
      throw new OutputException(cell(id), e);
    }
  }

  /** Refuses to begin what the disk cannot hold. */
  void requireSpace(long bytes) {
    try {
      long free = Files.getFileStore(layout.root()).getUsableSpace();
      if (free < bytes) {
        String sizes =
            String.format(
                Locale.ROOT,
                "disk full: '%s' has %.1f MB free, and a cell needs up to %.1f MB for checkpoints"
                    + " and results",
                layout.root(),
                free / 1e6,
                bytes / 1e6);
        throw new OutputException(sizes, new IOException("no space left"));
      }
    } catch (IOException e) {
      throw new OutputException(layout.root(), e);
    }
  }

  /** After a failure to write: takes away what this run made, if no cell has finished in it. */
  void abandon() {
    close();
    if (!finishedAny) {
      takeAway(mine);
    }
  }

  /**
   * Takes away what is left of work that is done, if no other run is there: locks that nobody
   * holds. A run that begins at the same moment may make them anew, so that it need not come to an
   * end.
   */
  @Override
  public void close() {
    Path work = layout.work();
    if (!Files.isDirectory(work)) {
      return;
    }
    RunNote.forgetTheDead(layout);
    if (RunNote.any(layout)) {
      return;
    }
    try (Stream<Path> content = Files.list(work)) {
      content
          .filter(p -> p.toString().endsWith(FolderLayout.LOCK))
          .forEach(OutputFolder::removeIfFree);
    } catch (IOException | OutputException e) {
      return; // another run was quicker
    }
    try {
      Files.delete(work);
    } catch (IOException e) {
      return; // it is in use again, or holds checkpoints to go on from
    }
  }

  private static void removeIfFree(Path lock) {
    UnitLock.take(lock)
        .ifPresent(
            held -> {
              Folders.deleteQuietly(lock);
              held.close();
            });
  }
}
