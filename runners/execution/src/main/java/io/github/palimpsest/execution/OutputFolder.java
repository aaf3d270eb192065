package io.github.palimpsest.execution;

import io.github.palimpsest.engine.device.Device;
import io.github.palimpsest.execution.lease.Lease;
import io.github.palimpsest.execution.lease.Leases;
import io.github.palimpsest.execution.lease.Participant;
import io.github.palimpsest.execution.lease.Publication;
import io.github.palimpsest.experiment.plan.Cell;
import io.github.palimpsest.experiment.plan.Plan;
import io.github.palimpsest.results.folder.ExperimentIdentity;
import io.github.palimpsest.results.folder.Fingerprint;
import io.github.palimpsest.results.folder.FolderLayout;
import io.github.palimpsest.results.folder.GridPlan;
import io.github.palimpsest.results.folder.JsonFile;
import io.github.palimpsest.storage.DamagedFileException;
import io.github.palimpsest.storage.Disk;
import io.github.palimpsest.storage.Folders;
import io.github.palimpsest.storage.OutputException;
import io.github.palimpsest.storage.Quarantine;
import io.github.palimpsest.storage.Sha256Sums;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.SortedMap;
import java.util.function.IntPredicate;
import java.util.stream.Stream;

/**
 * The folder that an experiment writes to.
 *
 * <pre>
 * experiment.json          the values that all cells share, their hash, and the number of threads
 *                          that share an operation
 * plan.json                the cells of the latest run, and the excluded combinations
 * origin.json              the experiment file of the latest run and its options
 * cells/ID/result.json     a finished cell; equal bytes for equal runs and states of certificates
 * cells/ID/timing.json     the measurements of the run itself
 * cells/ID/failed.json     instead of these, the record of a failed cell
 * stages.json              the stages of the latest run, for status
 * cells/ID/SHA256SUMS      checksums of these; the records of the folder itself end in their own
 * experiment.yaml          the experiment file in the form that several workers received
 * damaged/                 files that had changed since they were written, see {@link Repair}
 * stages/, scores/, work/  the work that cells share, see {@link StageStore}
 * </pre>
 *
 * <p>Folders and files have the permissions that the process's umask gives, so that a group can
 * share them. Folders of cells appear completely or not at all, so several runs may share the
 * folder.
 */
final class OutputFolder implements AutoCloseable {
  /** The records that identify a folder as that of a stage or cell; each has one of them. */
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

  /** Removes files in reverse order; the record of the owner is removed last. */
  private static void takeAway(List<Path> things) {
    for (int i = things.size() - 1; i >= 0; i--) {
      if (!Folders.deleteQuietly(things.get(i))) {
        return;
      }
    }
  }

  /** The damage of the record of the owner before the folder was opened. */
  Optional<DamagedFileException> damage() {
    return damage;
  }

  /**
   * Opens or creates the folder.
   *
   * @param root the folder
   * @param plan a plan; if the values that its cells share differ from those of the folder, that
   *     belongs to another experiment
   * @throws OutputException if it belongs to another experiment, is in use, or cannot be written
   */
  static OutputFolder open(Path root, Plan plan) {
    Path absolute = root.toAbsolutePath().normalize();
    Optional<DamagedFileException> damage = FolderOwner.check(root, plan);
    List<Path> mine = absentBefore(absolute);
    try {
      Files.createDirectories(absolute);
      FolderLayout layout = new FolderLayout(absolute);
      if (damage.isPresent()) {
        new Quarantine(absolute).take(layout.experiment());
      }
      Integer threads =
          ExperimentIdentity.of(layout).map(ExperimentIdentity::operationThreads).orElse(null);
      JsonFile.writeSealed(
          layout.experiment(),
          new ExperimentIdentity(
              plan.experiment().name(), Fingerprint.of(plan.shared()), plan.shared(), threads));
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
   * The files that this run creates by opening the folder, and removes if the run fails: the folder
   * with its missing parents, or the files in a folder that was empty.
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
              layout.items(),
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

  /**
   * Lets operations be shared by as many threads as in the folder's earlier runs. The last digits
   * of a large model depend on that number, and the share of a worker differs from run to run. The
   * first run decides.
   *
   * @param now how many threads this process would take by itself
   * @param change takes another number; false if the user has stated one
   * @throws OutputException if the user has stated another number
   */
  void agree(int now, IntPredicate change) {
    ExperimentIdentity identity =
        ExperimentIdentity.of(layout)
            .orElseThrow(
                () ->
                    new OutputException(
                        "'" + layout.experiment() + "' is gone, or its disk cannot be read"));
    Integer before = identity.operationThreads();
    if (before == null) {
      JsonFile.writeSealed(
          layout.experiment(),
          new ExperimentIdentity(identity.name(), identity.sha256(), identity.shared(), now));
    } else if (before != now && !change.test(before)) {
      throw new OutputException(
          ("output folder '%s' has results with %s=%d, and this run has %d, which gives other last"
                  + " digits: state %d or nothing, or choose another folder")
              .formatted(layout.root(), Device.THREADS, before, now, before));
    }
  }

  /** Whether a cell has a result. */
  boolean finished(String id) {
    return Files.isRegularFile(layout.result(id));
  }

  /** Whether a cell has failed since the run began. */
  boolean failed(String id) {
    return Files.isRegularFile(layout.cellFailure(id));
  }

  /** Forgets earlier failures, so that their cells are tried again. */
  void forgetFailures(Iterable<Cell> cells) {
    for (Cell cell : cells) {
      if (failed(cell.id())) {
        Folders.deleteQuietly(cell(cell.id()));
      }
    }
  }

  Path cell(String id) {
    return layout.cell(id);
  }

  /**
   * Creates the folder of a finished or failed cell with the given files in one step, replacing
   * that of an earlier failure.
   *
   * @param lease the lease of the cell
   * @return false if the lease is lost or the cell has a result; then nothing has changed
   */
  boolean finish(String id, SortedMap<String, Object> files, Lease lease) {
    Path part = layout.cells().resolve("." + id + "." + lease.token() + ".part");
    try {
      Folders.delete(part);
      Files.createDirectories(part);
      files.forEach((name, content) -> JsonFile.write(part.resolve(name), content));
      Sha256Sums.write(part, files.keySet());
      boolean appeared =
          Publication.publish(
              part,
              cell(id),
              folder -> Files.isRegularFile(folder.resolve(FolderLayout.RESULT)),
              lease);
      finishedAny |= appeared;
      if (!appeared) {
        Folders.deleteQuietly(part);
      }
      return appeared;
    } catch (OutputException e) {
      Folders.deleteQuietly(part);
      throw e;
    } catch (IOException e) {
      Folders.deleteQuietly(part);
      throw new OutputException(cell(id), e);
    }
  }

  /** Refuses to start a cell for which the disk has no space, where its space is known. */
  void requireSpace(long bytes) {
    long free = Disk.usableBytes(layout.root()).orElse(Long.MAX_VALUE);
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
  }

  /** After a write failure: removes everything that this run created, if no cell has finished. */
  void abandon() {
    close();
    if (!finishedAny) {
      takeAway(mine);
    }
  }

  /**
   * Removes the remains of finished work if there is no other run: leases that no run holds, and
   * what killed runs were writing. A run that starts at the same moment may create them again, so
   * it is not affected.
   */
  @Override
  public void close() {
    try (Leases leases = new Leases(layout, Participant.USUAL)) {
      close(leases);
    }
  }

  /** As {@link #close()}, for a run that knows which others were silent. */
  void close(Leases leases) {
    Path work = layout.work();
    if (!Files.isDirectory(work)) {
      return;
    }
    try {
      if (!leases.sweep()) {
        return;
      }
      Folders.contentIfThere(work).stream().filter(this::isOver).forEach(Folders::deleteQuietly);
      Stream.of(layout.cells(), layout.stages(), layout.scores())
          .flatMap(all -> Folders.contentIfThere(all).stream())
          .filter(OutputFolder::isPart)
          .forEach(Folders::deleteQuietly);
      Files.delete(work);
    } catch (IOException | OutputException e) {
      return; // it is in use again, or contains checkpoints for resuming
    }
  }

  /** Whether something in {@code work/} is left of a stage that is trained, or of a killed run. */
  private boolean isOver(Path left) {
    String name = left.getFileName().toString();
    int end = name.indexOf('.');
    boolean trained = Files.exists(layout.state(end < 0 ? name : name.substring(0, end)));
    return isPart(left) || (Files.isDirectory(left) && trained);
  }

  private static boolean isPart(Path path) {
    String name = path.getFileName().toString();
    return name.startsWith(".") && name.endsWith(".part");
  }
}
