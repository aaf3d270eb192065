package io.github.palimpsest.execution;

import io.github.palimpsest.engine.device.Device;
import io.github.palimpsest.execution.lease.Lease;
import io.github.palimpsest.execution.lease.Leases;
import io.github.palimpsest.execution.lease.Pace;
import io.github.palimpsest.execution.lease.Participant;
import io.github.palimpsest.experiment.plan.Cell;
import io.github.palimpsest.experiment.plan.InputRooms;
import io.github.palimpsest.experiment.plan.Origins;
import io.github.palimpsest.experiment.plan.Plan;
import io.github.palimpsest.experiment.plan.Stage;
import io.github.palimpsest.experiment.plan.Stages;
import io.github.palimpsest.experiment.subject.Subject;
import io.github.palimpsest.results.folder.FolderLayout;
import io.github.palimpsest.results.folder.JsonFile;
import io.github.palimpsest.results.folder.StageFailure;
import io.github.palimpsest.storage.OutputException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.TreeMap;

/**
 * Runs a plan into an output folder. Any number of runs may work on one folder: they share the
 * stages between them and end with the same results.
 */
public final class ExperimentRun {
  private ExperimentRun() {}

  /**
   * The outcome for the cells.
   *
   * @param finished cells that got their result in this run
   * @param skipped cells that had a result already
   * @param failed cells that failed
   */
  public record Summary(int finished, int skipped, int failed) {}

  /**
   * Runs all cells that have no result yet. A failed cell leaves a record of the reason, and the
   * others continue; a killed run continues where it stopped.
   *
   * @param plan the plan
   * @param settings the settings of the run
   * @param subject the model and data
   * @param out the output folder; created if it is missing
   * @param listener receives all events
   * @throws OutputException if the folder belongs to another experiment or cannot be written; then
   *     everything that this run created is removed, unless a cell has finished
   */
  public static Summary run(
      Plan plan, RunSettings settings, Subject subject, Path out, RunListener listener) {
    InputRooms.require(plan, subject);
    OutputFolder folder = OutputFolder.open(out, plan);
    try {
      begin(plan, settings, folder, listener);
      listener.on(new RunEvent.Planned());
      return run(plan, settings, subject, folder, listener, Participant.USUAL, Assignment.ALL);
    } catch (OutputException e) {
      folder.abandon();
      throw e;
    } finally {
      folder.close();
    }
  }

  /**
   * Prepares an output folder for runs that {@linkplain #join join}: earlier failures will be tried
   * again.
   */
  public static void prepare(Plan plan, RunSettings settings, Path out) {
    prepare(plan, settings, out, RunListener.NONE);
  }

  /**
   * Prepares an output folder and reports damage.
   *
   * @param listener receives damage and nothing else
   */
  public static void prepare(Plan plan, RunSettings settings, Path out, RunListener listener) {
    try (OutputFolder folder = OutputFolder.open(out, plan)) {
      begin(plan, settings, folder, listener);
    }
  }

  /**
   * Refuses a folder that a plan may not write to.
   *
   * @param out the folder, which need not exist
   * @throws OutputException if it belongs to another experiment, or holds other files
   */
  public static void requireOwn(Plan plan, Path out) {
    FolderOwner.check(out, plan);
  }

  /**
   * Copies the present text of the experiment file, for workers that start later.
   *
   * @param file the experiment file
   * @return the copy; the argument itself for a built-in experiment, which has no file
   */
  public static Path submit(Path file, Path out) {
    if (!Files.isRegularFile(file)) {
      return file;
    }
    Path kept = new FolderLayout(out).submitted();
    Path part = kept.resolveSibling("." + kept.getFileName() + ".part");
    try {
      Files.write(part, Files.readAllBytes(file)); // not its permissions, which a copy would take
      Files.move(part, kept, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
      return kept;
    } catch (IOException e) {
      throw new OutputException(kept, e);
    }
  }

  /** Like {@link #run}, in a prepared folder, in parallel with other runs. */
  public static Summary join(
      Plan plan, RunSettings settings, Subject subject, Path out, RunListener listener) {
    return join(plan, settings, subject, out, listener, Participant.USUAL);
  }

  /** Like {@link #join}, as a participant of another kind. */
  public static Summary join(
      Plan plan,
      RunSettings settings,
      Subject subject,
      Path out,
      RunListener listener,
      Participant as) {
    return join(plan, settings, subject, out, listener, as, Assignment.ALL);
  }

  /** Like {@link #join}, for a part of the plan. */
  public static Summary join(
      Plan plan,
      RunSettings settings,
      Subject subject,
      Path out,
      RunListener listener,
      Participant as,
      Assignment assignment) {
    try (OutputFolder folder = OutputFolder.open(out, plan)) {
      return run(plan, settings, subject, folder, listener, as, assignment);
    }
  }

  /**
   * Records that a stage cannot be trained because the process that tries it dies.
   *
   * @param stage the stage's id
   */
  public static void giveUp(
      Plan plan, RunSettings settings, Path out, String stage, String reason) {
    FolderLayout layout = new FolderLayout(out.toAbsolutePath().normalize());
    Origins origins = new Origins(plan.registry());
    try (Leases leases = new Leases(layout, Participant.USUAL)) {
      StageStore store = new StageStore(layout.root(), leases);
      for (Stage s : settings.stages(plan).all()) {
        if (s.id().equals(stage)) {
          StageFailure failure = new StageFailure(s.task(), 0, origins.told(reason, s.recipe()));
          store.alone(
              s.id(),
              () -> {
                store.fail(s, failure);
                return failure;
              });
        }
      }
    } catch (Busy e) {
      return; // another run tries it
    }
  }

  /**
   * Records that a cell can have no result because the process that works on it dies.
   *
   * @param cell the cell's id
   */
  public static void giveUpCell(Plan plan, Path out, String cell, String reason) {
    try (OutputFolder folder = OutputFolder.open(out, plan);
        Leases leases = new Leases(new FolderLayout(folder.root()), Participant.USUAL)) {
      Cell given = plan.cell(cell);
      if (folder.finished(cell)) {
        return;
      }
      TreeMap<String, Object> files = new TreeMap<>();
      files.put(
          FolderLayout.FAILED,
          new CellRecord(plan, given, new Origins(plan.registry())).failed(-1, 0, reason));
      try (Lease lease =
          leases.take(FolderLayout.cellLock(cell)).orElseThrow(() -> new Busy(cell))) {
        folder.finish(cell, files, lease);
      }
    } catch (Busy e) {
      return; // another run tries it
    }
  }

  /** Records another plan in a folder that a run has prepared. */
  static void record(Plan plan, Path out) {
    try (OutputFolder folder = OutputFolder.open(out, plan)) {
      folder.writePlan(plan.content());
    }
  }

  private static void begin(
      Plan plan, RunSettings settings, OutputFolder folder, RunListener listener) {
    UntilPrecise.requireSame(new FolderLayout(folder.root()), plan.content());
    try (Leases leases = new Leases(new FolderLayout(folder.root()), Participant.USUAL)) {
      begin(plan, settings, folder, listener, new StageStore(folder.root(), leases));
    }
  }

  private static void begin(
      Plan plan,
      RunSettings settings,
      OutputFolder folder,
      RunListener listener,
      StageStore store) {
    Stages stages = settings.stages(plan);
    Plan whole = plan.whole();
    folder
        .damage()
        .ifPresent(
            e -> listener.on(new RunEvent.Damaged(e.getMessage() + "; it is written again")));
    new Repair(folder, store, listener).check(plan, stages);
    folder.writePlan(whole.content());
    JsonFile.writeSealed(
        new FolderLayout(folder.root()).chains(), PlanChains.of(whole, settings.stages(whole)));
    store.forgetFailures(stages.all());
    folder.forgetFailures(plan.cells());
  }

  private static Summary run(
      Plan plan,
      RunSettings settings,
      Subject subject,
      OutputFolder folder,
      RunListener told,
      Participant as,
      Assignment assignment) {
    Device device = plan.experiment().device();
    if (!device.gpu()) {
      folder.agree(device.operationThreads(subject.model().parameters()), Device::share);
    }
    try (Leases leases = new Leases(new FolderLayout(folder.root()), as)) {
      Summary summary;
      try (Presence presence = new Presence(folder.root(), plan, told, leases)) {
        Pace.Beating beating = as.pace().every(as.beat(), presence::beat);
        try {
          Stages stages = settings.stages(plan);
          summary =
              new GridLoop(plan, stages, settings, subject, folder, presence, leases)
                  .run(assignment);
        } finally {
          beating.close();
        }
      }
      folder.close(leases);
      return summary;
    }
  }
}
