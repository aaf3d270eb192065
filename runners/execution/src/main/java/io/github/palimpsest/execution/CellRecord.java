package io.github.palimpsest.execution;

import com.google.inject.Inject;
import io.github.palimpsest.api.component.Component;
import io.github.palimpsest.api.component.Cost;
import io.github.palimpsest.api.metric.ForgettingMetric;
import io.github.palimpsest.api.metric.ScoreMatrix;
import io.github.palimpsest.experiment.file.Budget;
import io.github.palimpsest.experiment.file.DataSet;
import io.github.palimpsest.experiment.plan.Cell;
import io.github.palimpsest.experiment.plan.Origins;
import io.github.palimpsest.experiment.plan.Plan;
import io.github.palimpsest.experiment.plan.RecipeLabel;
import io.github.palimpsest.experiment.subject.ScoreRows;
import io.github.palimpsest.experiment.subject.Subject;
import io.github.palimpsest.results.folder.CellFailure;
import io.github.palimpsest.results.folder.CellResult;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Puts together what became of a cell. Equal runs give equal results: nothing measured is in here.
 */
final class CellRecord {
  private final Plan plan;
  private final Cell cell;
  private final Origins origins;

  @Inject
  CellRecord(Plan plan, Cell cell, Origins origins) {
    this.plan = plan;
    this.cell = cell;
    this.origins = origins;
  }

  CellResult result(ScoreRows scores, List<Long> steps, Subject subject) {
    Cost cost = Budget.cost(cell.recipe());
    return new CellResult(
        CellResult.FORMAT,
        cell.id(),
        plan.experiment().name(),
        RecipeLabel.of(cell.recipe(), plan.registry()),
        cell.recipe().toString(),
        cell.seed(),
        plan.experiment().tasks().get(0).measure().toString(),
        scores.higherIsBetter(),
        scores.tasks(),
        steps,
        matrix(scores.matrix()),
        evaluation(scores),
        metrics(plan, scores.matrix()),
        new CellResult.DeclaredCost(
            cost.passesPerStep(), cost.slotsPerParameter(), cost.snapshotsPerTask()),
        Origins.all(cell.recipe()).stream().map(origins::source).toList(),
        plan.shared(),
        subject.overlaps().shared(),
        subject.data().known(),
        RehearsedExamples.of(plan, cell.recipe(), steps, subject),
        CellResult.rows(scores.rows()));
  }

  /**
   * Why the cell has no result.
   *
   * @param task the task that failed, from 0; negative if none is to blame
   * @param step the step of it; 0 if none is to blame
   */
  CellFailure failed(int task, long step, String reason) {
    return new CellFailure(
        CellResult.FORMAT,
        cell.id(),
        plan.experiment().name(),
        RecipeLabel.of(cell.recipe(), plan.registry()),
        cell.recipe().toString(),
        cell.seed(),
        task < 0 ? null : plan.experiment().tasks().get(task).name(),
        step > 0 ? step : null,
        reason);
  }

  private static CellResult.Matrix matrix(ScoreMatrix scores) {
    double[] before = new double[scores.tasks()];
    double[][] after = new double[scores.tasks()][scores.tasks()];
    for (int t = 0; t < scores.tasks(); t++) {
      before[t] = scores.before(t);
      for (int i = 0; i < scores.tasks(); i++) {
        after[t][i] = scores.after(t, i);
      }
    }
    return new CellResult.Matrix(before, after);
  }

  private Map<String, CellResult.Evaluation> evaluation(ScoreRows scores) {
    Map<String, CellResult.Evaluation> all = new LinkedHashMap<>();
    for (DataSet set : plan.experiment().evaluation()) {
      double[] values =
          scores.rows().stream().mapToDouble(row -> row.get(set.name()).value()).toArray();
      all.put(
          set.name(),
          new CellResult.Evaluation(
              set.measure().toString(), values[0], Arrays.copyOfRange(values, 1, values.length)));
    }
    return all;
  }

  /** Each metric of a matrix; NaN where it is not defined. */
  static Map<String, Double> metrics(Plan plan, ScoreMatrix scores) {
    Map<String, Double> all = new LinkedHashMap<>();
    for (Component<ForgettingMetric> metric : plan.metrics()) {
      double value = metric.create().of(scores).orElse(Double.NaN);
      all.put(RecipeLabel.of(metric, plan.registry()), Double.isFinite(value) ? value : Double.NaN);
    }
    return all;
  }
}
