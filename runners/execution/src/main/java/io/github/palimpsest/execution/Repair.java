package io.github.palimpsest.execution;

import com.google.inject.Inject;
import io.github.palimpsest.engine.checkpoint.StateFile;
import io.github.palimpsest.experiment.plan.Cell;
import io.github.palimpsest.experiment.plan.Plan;
import io.github.palimpsest.experiment.plan.Stage;
import io.github.palimpsest.experiment.plan.Stages;
import io.github.palimpsest.results.folder.FolderLayout;
import io.github.palimpsest.results.folder.LossLog;
import io.github.palimpsest.results.folder.ProbeResult;
import io.github.palimpsest.results.folder.StageProbe;
import io.github.palimpsest.results.items.SetItems;
import io.github.palimpsest.storage.DamagedFileException;
import io.github.palimpsest.storage.Folders;
import io.github.palimpsest.storage.OutputException;
import io.github.palimpsest.storage.Quarantine;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Moves damaged parts to {@code damaged/} of the output folder and reports them. They are then
 * computed again as if they had never existed: a stage is trained again even if all cells that need
 * it are finished.
 */
final class Repair {
  /** How often one file may be damaged in a run before the disk counts as faulty. */
  private static final int MOST = 3;

  private final Path root;
  private final FolderLayout layout;
  private final StageStore store;
  private final Quarantine quarantine;
  private final RunListener told;
  private final Map<Path, Integer> times = new HashMap<>();

  @Inject
  Repair(OutputFolder folder, StageStore store, RunListener told) {
    this.root = folder.root();
    this.layout = new FolderLayout(root);
    this.store = store;
    this.quarantine = new Quarantine(root);
    this.told = told;
  }

  /** Checks all files of a plan's cells, and the folder's records. */
  void check(Plan plan, Stages stages) {
    List<Path> units = new ArrayList<>(layout.records());
    units.addAll(SetItems.files(layout));
    for (Stage stage : stages.all()) {
      units.add(store.folder(stage));
      units.addAll(StageProbe.files(root, stage.id()));
    }
    for (Cell cell : plan.cells()) {
      units.add(layout.cell(cell.id()));
      stages.rows(cell).forEach(row -> units.add(store.rowFile(row)));
      units.addAll(ProbeResult.files(root, cell.id()));
    }
    SortedMap<Path, Long> sizes = new TreeMap<>();
    units.forEach(unit -> sizes.computeIfAbsent(unit, Folders::bytes));
    long all = sizes.values().stream().mapToLong(Long::longValue).sum();
    long read = 0;
    int found = 0;
    for (Path unit : units.stream().distinct().toList()) {
      told.on(new RunEvent.Checking(read, all));
      read += sizes.get(unit);
      Optional<DamagedFileException> damage = FolderCheck.damage(unit);
      if (damage.isPresent()) {
        try {
          setAside(damage.get());
          found++;
        } catch (Busy e) {
          continue; // another run is working on it
        }
      }
    }
    told.on(new RunEvent.Checking(all, all));
    if (found > 0) {
      told.on(
          new RunEvent.Damaged(
              found
                  + (found == 1 ? " damaged part was" : " damaged parts were")
                  + " set aside in '"
                  + root.resolve(Quarantine.FOLDER)
                  + "'"));
    }
  }

  /**
   * Moves away the part that a damaged file belongs to, unless another run has done so and the part
   * is intact again.
   *
   * @throws Busy if another run is working on it
   * @throws OutputException if it is damaged repeatedly
   */
  void setAside(DamagedFileException damage) throws Busy {
    Path unit = layout.unit(damage.file());
    store.alone(
        layout.unitLock(unit),
        () -> {
          if (FolderCheck.damage(unit).isPresent()) {
            move(unit, damage);
          }
          return unit;
        });
  }

  /**
   * Moves away a damaged file of a stage's work folder with the files that follow from it. The
   * caller has the stage's lock.
   */
  void setAsideOfWork(Path work, DamagedFileException damage) {
    move(damage.file(), damage);
    if (damage.file().endsWith(LossLog.FILE) || damage.file().endsWith(FolderLayout.POINTS)) {
      // the lost rows and scores come back only with the steps
      for (String name : List.of("steps.checkpoint", LossLog.SUMS, StateFile.NAME)) {
        Folders.deleteQuietly(work.resolve(name));
      }
    }
  }

  private void move(Path unit, DamagedFileException damage) {
    if (times.merge(unit, 1, Integer::sum) > MOST) {
      throw new OutputException(
          damage.getMessage() + "; it was so " + MOST + " times before: check the disk");
    }
    try {
      Optional<Path> now = quarantine.take(unit);
      now.ifPresent(
          to ->
              told.on(
                  new RunEvent.Damaged(
                      damage.getMessage() + "; it is now '" + to + "', and is computed again")));
    } catch (IOException e) {
      throw new OutputException(unit, e);
    }
  }

  /** Whether a trained stage is missing because it was damaged. */
  boolean lacks(Stage stage) {
    return lacks(stage, store, quarantine);
  }

  /** Whether a trained stage of a folder is missing because it was damaged. */
  static boolean lacks(Stage stage, StageStore store, Quarantine quarantine) {
    return !store.done(stage)
        && store.failure(stage).isEmpty()
        && quarantine.has(store.folder(stage));
  }
}
