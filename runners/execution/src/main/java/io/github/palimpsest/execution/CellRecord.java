package io.github.palimpsest.execution;

import com.google.inject.Inject;
import io.github.palimpsest.api.component.Component;
import io.github.palimpsest.api.component.Cost;
import io.github.palimpsest.api.discovery.PluginException;
import io.github.palimpsest.api.discovery.Recipe;
import io.github.palimpsest.api.metric.ForgettingMetric;
import io.github.palimpsest.api.metric.NeedsReferences;
import io.github.palimpsest.api.metric.ScoreMatrix;
import io.github.palimpsest.experiment.file.Budget;
import io.github.palimpsest.experiment.file.DataSet;
import io.github.palimpsest.experiment.plan.ActingRecipe;
import io.github.palimpsest.experiment.plan.Cell;
import io.github.palimpsest.experiment.plan.Origins;
import io.github.palimpsest.experiment.plan.Plan;
import io.github.palimpsest.experiment.plan.RecipeLabel;
import io.github.palimpsest.experiment.plan.Stage;
import io.github.palimpsest.experiment.plan.Unmerged;
import io.github.palimpsest.experiment.subject.ScoreRows;
import io.github.palimpsest.experiment.subject.Subject;
import io.github.palimpsest.results.folder.CellFailure;
import io.github.palimpsest.results.folder.CellResult;
import io.github.palimpsest.results.folder.Merging;
import io.github.palimpsest.results.folder.SetScore;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Collects the result of a cell. Equal runs give equal results, so it contains no measurements. */
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

  CellResult result(CellScores measured, List<Long> steps, Subject subject) {
    ScoreRows scores = measured.own();
    Cost cost = Budget.cost(cell.recipe());
    SortedMap<String, String> failures = new TreeMap<>();
    return new CellResult(
        CellResult.FORMAT,
        cell.id(),
        plan.experiment().name(),
        RecipeLabel.of(cell.recipe(), plan.registry()),
        cell.recipe().toString(),
        cell.seed(),
        plan.scale(plan.experiment().tasks().get(0).name()).name(),
        scores.higherIsBetter(),
        scores.tasks(),
        steps,
        matrix(scores.matrix()),
        evaluation(scores),
        metrics(plan, scores, measured.references(), failures),
        new CellResult.DeclaredCost(
            ActingRecipe.passesPerStep(cell.recipe(), steps),
            Budget.slots(cell.recipe(), subject.model().parameters()),
            cost.snapshotsPerTask()),
        Stream.concat(
                Origins.all(cell.recipe()).stream().map(origins::source),
                metricSources(plan, origins).stream())
            .toList(),
        plan.shared(),
        subject.overlaps().shared(),
        subject.data().known(),
        RehearsedExamples.of(plan, cell.recipe(), steps, subject),
        CellResult.rows(scores.rows()),
        merging(measured, failures),
        CellResult.references(measured.references()),
        failures);
  }

  /**
   * The sources of the metrics of third parties: a result can be computed again with another JAR of
   * theirs, and then has other values under the same id.
   */
  static List<CellResult.Source> metricSources(Plan plan, Origins origins) {
    return origins.strangers(plan.metrics().stream().map(Component::id));
  }

  private @Nullable Merging merging(CellScores measured, Map<String, String> failures) {
    if (cell.recipe().mergers().isEmpty()) {
      return null;
    }
    return new Merging(
        measured.unmerged().isPresent() ? Merging.After.LAST_TASK : Merging.After.EACH_TASK,
        measured.unmerged().map(u -> unmerged(u, measured.references(), failures)).orElse(null));
  }

  private Merging.Unmerged unmerged(
      ScoreRows training,
      SortedMap<String, SortedMap<String, SetScore>> references,
      Map<String, String> failures) {
    Recipe recipe = Unmerged.of(cell.recipe()).orElseThrow();
    List<SortedMap<String, CellResult.Row>> rows = CellResult.rows(training.rows());
    return new Merging.Unmerged(
        RecipeLabel.of(recipe, plan.registry()),
        recipe.toString(),
        matrix(training.matrix()),
        evaluation(training),
        metrics(plan, training, references, failures),
        rows.subList(1, rows.size()));
  }

  /**
   * The reason why the cell has no result.
   *
   * @param task the task that failed, from 0; negative if no task caused the failure
   * @param step its step; 0 if no step caused the failure
   */
  CellFailure failed(int task, long step, String reason) {
    return new CellFailure(
        CellResult.FORMAT,
        cell.id(),
        plan.experiment().name(),
        cell.label(),
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
          scores.rows().stream().mapToDouble(row -> value(row.get(set.name()))).toArray();
      all.put(
          set.name(),
          new CellResult.Evaluation(
              plan.scale(set.name()).name(),
              values[0],
              Arrays.copyOfRange(values, 1, values.length)));
    }
    return all;
  }

  private static double value(@Nullable SetScore score) {
    return score == null ? Double.NaN : score.value();
  }

  /**
   * Each metric of a matrix; NaN if it is not defined, or gave no finite number.
   *
   * @param references the scores of reference models, by the word of their training
   * @param failures receives why a metric of a plugin has no value
   */
  static Map<String, Double> metrics(
      Plan plan,
      ScoreRows scores,
      SortedMap<String, SortedMap<String, SetScore>> references,
      Map<String, String> failures) {
    Map<String, Double> all = new LinkedHashMap<>();
    for (Component<ForgettingMetric> metric : plan.metrics()) {
      SortedMap<String, SetScore> compared =
          NeedsReferences.of(metric)
              .map(kind -> references.get(Stage.word(kind)))
              .orElse(Collections.emptySortedMap());
      String label = RecipeLabel.of(metric, plan.registry());
      double value = Double.NaN;
      try {
        OptionalDouble of = metric.create().of(scores.matrix(compared));
        if (of.isPresent() && !Double.isFinite(of.getAsDouble())) {
          failures.put(label, notANumber(metric, of.getAsDouble()));
        } else {
          value = of.orElse(Double.NaN);
        }
      } catch (PluginException e) {
        // the scores are there: only this metric has no value, until its plugin is mended
        failures.put(label, String.valueOf(e.getMessage()));
      }
      all.put(label, value);
    }
    return all;
  }

  private static String notANumber(Component<ForgettingMetric> metric, double value) {
    return "of() of '%s' gave %s, and not a finite number or empty (rule MET-02)"
        .formatted(metric.provider().id(), value);
  }
}
