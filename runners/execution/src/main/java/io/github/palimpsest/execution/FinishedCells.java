package io.github.palimpsest.execution;

import com.google.inject.Inject;
import io.github.palimpsest.api.discovery.Recipe;
import io.github.palimpsest.experiment.file.DataSet;
import io.github.palimpsest.experiment.plan.Cell;
import io.github.palimpsest.experiment.plan.Plan;
import io.github.palimpsest.experiment.plan.Stages;
import io.github.palimpsest.experiment.plan.Unmerged;
import io.github.palimpsest.experiment.subject.ScoreRows;
import io.github.palimpsest.results.folder.CellResult;
import io.github.palimpsest.results.folder.FolderLayout;
import io.github.palimpsest.results.folder.JsonFile;
import io.github.palimpsest.results.folder.SetScore;
import io.github.palimpsest.storage.DamagedFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;

/** The cells that have a result when a run begins. */
final class FinishedCells {
  private final Plan plan;
  private final Stages stages;
  private final StageStore store;
  private final OutputFolder folder;
  private final Repair repair;

  @Inject
  FinishedCells(Plan plan, Stages stages, StageStore store, OutputFolder folder, Repair repair) {
    this.plan = plan;
    this.stages = stages;
    this.store = store;
    this.folder = folder;
    this.repair = repair;
  }

  /**
   * Updates a cell's result without training: metrics follow from the scores, so another choice of
   * metrics needs no training, and missing rows of scores can be measured.
   *
   * @return whether the cell has a result
   */
  boolean refresh(Cell cell) {
    if (!folder.finished(cell.id())) {
      return false;
    }
    try {
      Path file = folder.cell(cell.id()).resolve(FolderLayout.RESULT);
      CellResult result = JsonFile.read(file, CellResult.class);
      refreshMetrics(file, result);
      keep(cell, cell.recipe(), result.setScores());
      Unmerged.of(cell.recipe()).ifPresent(r -> keep(cell, r, result.unmergedScores()));
      return true;
    } catch (DamagedFileException e) {
      return setAside(e);
    }
  }

  /** Writes the rows that the store lacks. */
  private void keep(Cell cell, Recipe recipe, List<SortedMap<String, SetScore>> rows) {
    for (int row = 0; row < rows.size(); row++) {
      String id = stages.row(cell, recipe, row - 1);
      if (!rows.get(row).isEmpty() && !store.hasRow(id)) {
        store.writeRow(id, rows.get(row));
      }
    }
  }

  private boolean setAside(DamagedFileException e) {
    try {
      repair.setAside(e);
    } catch (Busy b) {
      return false; // another run is working on it, and this one checks again
    }
    return false;
  }

  private void refreshMetrics(Path file, CellResult result) {
    Map<String, Double> metrics = metrics(result, result.setScores());
    Map<String, Double> unmerged = metrics(result, result.unmergedScores());
    boolean same =
        metrics.equals(result.metrics())
            && result.unmerged().map(u -> u.metrics().equals(unmerged)).orElse(true);
    if (!same) {
      JsonFile.replace(file, result.with(metrics, unmerged));
    }
  }

  private Map<String, Double> metrics(CellResult result, List<SortedMap<String, SetScore>> rows) {
    List<String> tasks = plan.experiment().tasks().stream().map(DataSet::name).toList();
    return CellRecord.metrics(plan, new ScoreRows(tasks, result.higherIsBetter(), rows).matrix());
  }

  /**
   * Whether a cell has neither a result nor failed, or has a result whose stages are not all there
   * since they were damaged.
   */
  boolean isOpen(Cell cell) {
    return folder.finished(cell.id())
        ? stages.of(cell).stream().anyMatch(repair::lacks)
        : !folder.failed(cell.id());
  }
}
