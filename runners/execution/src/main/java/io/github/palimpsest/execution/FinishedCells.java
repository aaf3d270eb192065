package io.github.palimpsest.execution;

import com.google.inject.Inject;
import io.github.palimpsest.api.discovery.Recipe;
import io.github.palimpsest.api.metric.ReferenceTraining;
import io.github.palimpsest.experiment.file.DataSet;
import io.github.palimpsest.experiment.plan.Cell;
import io.github.palimpsest.experiment.plan.Origins;
import io.github.palimpsest.experiment.plan.Plan;
import io.github.palimpsest.experiment.plan.Stage;
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
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/** The cells that have a result when a run begins. */
final class FinishedCells {
  private final Plan plan;
  private final Stages stages;
  private final StageStore store;
  private final OutputFolder folder;
  private final Repair repair;
  private final Origins origins;

  @Inject
  FinishedCells(
      Plan plan,
      Stages stages,
      StageStore store,
      OutputFolder folder,
      Repair repair,
      Origins origins) {
    this.plan = plan;
    this.stages = stages;
    this.store = store;
    this.folder = folder;
    this.repair = repair;
    this.origins = origins;
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
      keepReferences(cell, result);
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

  private void keepReferences(Cell cell, CellResult result) {
    List<DataSet> tasks = plan.experiment().tasks();
    for (ReferenceTraining kind : plan.references()) {
      SortedMap<String, SetScore> scores = result.references(Stage.word(kind));
      for (int task = 0; task < tasks.size(); task++) {
        String name = tasks.get(task).name();
        String id = stages.row(cell, kind, task);
        if (scores.containsKey(name) && !store.hasRow(id)) {
          store.writeRow(id, new TreeMap<>(scores.subMap(name, name + '\0')));
        }
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
    CellResult now = refreshed(plan, origins, result, wanted(plan, result));
    boolean same =
        now.metrics().equals(result.metrics())
            && now.unmerged().equals(result.unmerged())
            && now.failedMetrics().equals(result.failedMetrics())
            && now.components().equals(result.components())
            && words(now).equals(words(result));
    if (!same) {
      JsonFile.replace(file, now);
    }
  }

  private static Set<String> words(CellResult result) {
    return result.references() == null ? Set.of() : result.references().keySet();
  }

  /** The scores of the reference models that a plan's metrics need, as far as a result has them. */
  private static SortedMap<String, SortedMap<String, SetScore>> wanted(
      Plan plan, CellResult result) {
    TreeMap<String, SortedMap<String, SetScore>> all = new TreeMap<>();
    for (ReferenceTraining kind : plan.references()) {
      SortedMap<String, SetScore> scores = result.references(Stage.word(kind));
      if (!scores.isEmpty()) {
        all.put(Stage.word(kind), scores);
      }
    }
    return all;
  }

  /** A result with the metrics of a plan, which may have changed since. */
  static CellResult refreshed(
      Plan plan,
      Origins origins,
      CellResult result,
      SortedMap<String, SortedMap<String, SetScore>> references) {
    SortedMap<String, String> failures = new TreeMap<>();
    return result.with(
        metrics(plan, result, result.setScores(), references, failures),
        metrics(plan, result, result.unmergedScores(), references, failures),
        CellResult.references(references),
        failures,
        CellRecord.metricSources(plan, origins));
  }

  private static Map<String, Double> metrics(
      Plan plan,
      CellResult result,
      List<SortedMap<String, SetScore>> rows,
      SortedMap<String, SortedMap<String, SetScore>> references,
      Map<String, String> failures) {
    List<String> tasks = plan.experiment().tasks().stream().map(DataSet::name).toList();
    return CellRecord.metrics(
        plan, new ScoreRows(tasks, result.higherIsBetter(), rows), references, failures);
  }

  /**
   * Whether a cell has neither a result nor failed, or has a result whose stages are not all there
   * since they were damaged, or that lacks the reference models of a metric that was added.
   */
  boolean isOpen(Cell cell) {
    return folder.finished(cell.id())
        ? stages.needed(cell).stream().anyMatch(repair::lacks)
            || lacksReferences(plan, new FolderLayout(folder.root()), cell)
        : !folder.failed(cell.id());
  }

  /** Whether a finished cell's result lacks reference models that a plan's metrics need. */
  static boolean lacksReferences(Plan plan, FolderLayout layout, Cell cell) {
    if (plan.references().isEmpty()) {
      return false;
    }
    CellResult result = JsonFile.read(layout.result(cell.id()), CellResult.class);
    return plan.references().stream()
        .anyMatch(
            kind -> result.references(Stage.word(kind)).size() < plan.experiment().tasks().size());
  }
}
