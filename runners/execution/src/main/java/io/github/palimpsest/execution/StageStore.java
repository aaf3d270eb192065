package io.github.palimpsest.execution;

import io.github.palimpsest.engine.checkpoint.StateFile;
import io.github.palimpsest.execution.lease.Lease;
import io.github.palimpsest.execution.lease.Leases;
import io.github.palimpsest.execution.lease.Participant;
import io.github.palimpsest.execution.lease.Publication;
import io.github.palimpsest.execution.lease.WorkFolders;
import io.github.palimpsest.experiment.plan.Stage;
import io.github.palimpsest.results.folder.CellResult;
import io.github.palimpsest.results.folder.FolderLayout;
import io.github.palimpsest.results.folder.JsonFile;
import io.github.palimpsest.results.folder.LossLog;
import io.github.palimpsest.results.folder.SetScore;
import io.github.palimpsest.results.folder.StageFailure;
import io.github.palimpsest.results.folder.StageResult;
import io.github.palimpsest.results.folder.Timing;
import io.github.palimpsest.storage.DamagedFileException;
import io.github.palimpsest.storage.Folders;
import io.github.palimpsest.storage.OutputException;
import io.github.palimpsest.storage.Sha256Sums;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.stream.Stream;

/**
 * The store of computed stages and scores, by the hash of everything that determined them.
 *
 * <pre>
 * stages/ID/task.checkpoint   the state after a task's last step; a {@link DiskBudget} may remove it
 * stages/ID/stage.json        its provenance, and the measurements of its training
 * stages/ID/losses.csv        the objective at every step, see {@link LossLog}
 * stages/ID/points.json       scores at some steps, see {@link PointScores}
 * stages/ID/failed.json       instead of these, the reason why it has no state
 * stages/ID/SHA256SUMS        checksums of these except the state, which ends in its own
 * scores/ID.json              a row of scores
 * work/ID/                    checkpoints of a running stage; {@code work/ID.TOKEN/} after a take-over
 * work/ID.lock                the lease of the run that works on a stage or a row
 * </pre>
 *
 * <p>Everything appears completely or not at all, so any number of runs can share a store. Reading
 * throws {@link DamagedFileException} if a file has changed since it was written.
 */
public final class StageStore {
  private static final String STATE = StateFile.NAME;

  private final FolderLayout layout;

  private final Leases leases;
  private final Map<String, Lease> held = new HashMap<>();

  /** The store of a process that only looks, or that does a little work between runs. */
  public StageStore(Path root) {
    this(root, new Leases(new FolderLayout(root), Participant.USUAL));
  }

  StageStore(Path root, Leases leases) {
    this.layout = new FolderLayout(root);
    this.leases = leases;
  }

  /** The paths of the folder. */
  FolderLayout layout() {
    return layout;
  }

  /** The folder whose checkpoint is the state after a stage. */
  public Path folder(Stage stage) {
    return layout.stage(stage.id());
  }

  /** The state after a stage, if it has been trained and not been removed since. */
  Path state(Stage stage) {
    return folder(stage).resolve(STATE);
  }

  public boolean trained(Stage stage) {
    return Files.isRegularFile(state(stage));
  }

  /** Whether a stage has been trained, even if its state has been removed since. */
  boolean done(Stage stage) {
    return Files.isRegularFile(layout.about(stage.id()));
  }

  /** The reason why a stage failed in this run; empty if it did not. */
  Optional<StageFailure> failure(Stage stage) {
    Path file = layout.stageFailure(stage.id());
    return Files.isRegularFile(file)
        ? Optional.of(JsonFile.read(file, StageResult.class).failure())
        : Optional.empty();
  }

  /** What was measured of a stage's training. */
  Timing measured(Stage stage) {
    Path file = layout.about(stage.id());
    Timing measured =
        JsonFile.isThere(file) ? JsonFile.read(file, StageResult.class).measured() : null;
    return measured == null ? Timing.NOTHING : measured;
  }

  /**
   * Works on a stage or row while no other run works on it.
   *
   * @throws Busy if another run does
   */
  <T> T alone(String id, Work<T> work) throws Busy {
    Lease lease = leases.take(id).orElseThrow(() -> new Busy(id));
    held.put(id, lease);
    try {
      new WorkFolders(layout).adopt(lease);
      return work.get();
    } finally {
      held.remove(id);
      lease.close();
    }
  }

  /** Work that only one run does at a time. */
  interface Work<T> {
    T get() throws Busy;
  }

  /**
   * The lease of a unit that this run works on.
   *
   * @throws Busy if another run has taken it over because this one was silent for too long
   */
  Lease requireLease(String id) throws Busy {
    Lease lease = held.get(id);
    if (lease == null || !lease.held()) {
      throw new Busy(id);
    }
    return lease;
  }

  /** Whether another run is working on anything except this stage of the present run. */
  boolean othersWork(Stage mine) {
    return leases.othersWork(Set.of(mine.id(), FolderLayout.DISK));
  }

  /** The bytes of the notes and leases of runs. */
  long notes() {
    return Folders.content(layout.work()).stream()
        .filter(Files::isRegularFile)
        .mapToLong(Folders::bytes)
        .sum();
  }

  /** The work folders of stages that are running, or were running when their run died. */
  List<Path> underWay() {
    return Folders.content(layout.work()).stream().filter(Files::isDirectory).toList();
  }

  /** Creates a stage's work folder, so that other runs see that it will need space. */
  void reserve(Stage stage) {
    Path work = work(stage);
    try {
      Files.createDirectories(work);
    } catch (IOException e) {
      throw new OutputException(work, e);
    }
  }

  /**
   * The folder for a running stage's checkpoints, with its parent's state.
   *
   * @throws Busy if another run has removed that state in the meantime, to save space
   * @throws DamagedFileException if that state is damaged
   */
  Path begin(Stage stage) throws Busy {
    Path work = work(stage);
    try {
      Files.createDirectories(work);
      Stage parent = stage.parent();
      if (parent != null && !Files.exists(work.resolve(STATE))) {
        if (!trained(parent)) {
          throw new Busy(parent.id());
        }
        StateFile.copy(state(parent), work.resolve(STATE));
      }
      return work;
    } catch (NoSuchFileException e) {
      throw new Busy(stage.id() + "'s parent");
    } catch (IOException e) {
      throw new OutputException(work, e);
    }
  }

  /** The folder of a running stage's checkpoints. */
  Path work(Stage stage) {
    return new WorkFolders(layout).of(stage.id(), Optional.ofNullable(held.get(stage.id())));
  }

  boolean isOfWork(Stage stage, Path file) {
    return file.startsWith(work(stage));
  }

  /** Whether a stage's work folder has checkpoints of an earlier, interrupted run. */
  boolean begun(Stage stage) {
    return Files.isDirectory(work(stage));
  }

  /**
   * Makes a stage's state appear: the checkpoint of its work folder becomes the stage's.
   *
   * @param about the provenance, as {@link StageRecord} gives it, and what the training took
   * @throws Busy if another run has taken the stage over and has not trained it yet
   */
  void finish(Stage stage, StageResult about) throws Busy {
    publish(stage, FolderLayout.ABOUT, about);
  }

  /**
   * Records that a stage has no state, and the reason.
   *
   * @throws Busy if another run has taken the stage over
   */
  void fail(Stage stage, StageFailure failure) throws Busy {
    requireLease(stage.id());
    Path work = work(stage);
    Folders.deleteQuietly(work.resolve(STATE));
    Stage parent = stage.parent();
    StageResult about =
        StageResult.of(
            stage.id(),
            stage.task() + 1,
            stage.recipe().toString(),
            stage.seed(),
            parent == null ? null : parent.id(),
            stage.reference() == null ? null : stage.referenceWord());
    publish(stage, FolderLayout.FAILED, about.failed(failure));
  }

  private void publish(Stage stage, String name, StageResult content) throws Busy {
    Lease lease = requireLease(stage.id());
    Path work = work(stage);
    try {
      Files.createDirectories(work);
      Files.createDirectories(layout.stages());
      JsonFile.write(work.resolve(name), content);
      Sha256Sums.write(
          work,
          Stream.of(name, LossLog.FILE, FolderLayout.POINTS)
              .filter(n -> Files.exists(work.resolve(n)))
              .toList());
      boolean appeared =
          Publication.publish(
              work, folder(stage), f -> Files.isRegularFile(f.resolve(STATE)), lease);
      if (!appeared && !trained(stage)) {
        throw new Busy(stage.id());
      }
      // only now: a run that is killed before goes on with the log, which needs its sums
      Files.deleteIfExists(folder(stage).resolve(LossLog.SUMS));
      new WorkFolders(layout).delete(stage.id());
    } catch (IOException e) {
      throw new OutputException(folder(stage), e);
    }
  }

  /** Forgets earlier failures, so that they are tried again. */
  void forgetFailures(Iterable<Stage> stages) {
    for (Stage stage : stages) {
      if (Files.exists(layout.stageFailure(stage.id()))) {
        Folders.deleteQuietly(folder(stage));
      }
    }
  }

  /** A row of scores, if it has been measured. */
  Optional<SortedMap<String, SetScore>> row(String id) {
    Path file = rowFile(id);
    return Files.isRegularFile(file)
        ? Optional.of(CellResult.setScores(JsonFile.readRows(file)).get(0))
        : Optional.empty();
  }

  boolean hasRow(String id) {
    return Files.isRegularFile(rowFile(id));
  }

  /**
   * Writes a row of scores, unless it exists.
   *
   * @return the row that is there now
   */
  SortedMap<String, SetScore> writeRow(String id, SortedMap<String, SetScore> row) {
    try {
      Files.createDirectories(layout.scores());
    } catch (IOException e) {
      throw new OutputException(layout.scores(), e);
    }
    boolean mine = JsonFile.writeRows(rowFile(id), CellResult.rows(List.of(row)));
    return mine ? row : row(id).orElse(row);
  }

  Path rowFile(String id) {
    return layout.row(id);
  }
}
