package io.github.palimpsest.results.text;

import io.github.palimpsest.results.folder.CellResult;
import io.github.palimpsest.results.folder.Measure;
import java.util.List;

/**
 * What a recipe is to retain: the earlier tasks and the evaluation sets that are scored by the same
 * measure as the tasks; with a single task, the sets that share the first one's measure.
 *
 * @param earlierTasks how many tasks come before the last
 * @param sets the evaluation sets
 * @param higherIsBetter whether a higher retained score is the better one
 */
record Retained(int earlierTasks, List<String> sets, boolean higherIsBetter) {

  static Retained of(Results results) {
    int tasks =
        results.rows().isEmpty() ? 0 : results.rows().get(0).cells().get(0).result().tasks().size();
    List<String> kept = results.evaluationSets();
    Measure measure =
        tasks > 1 || kept.isEmpty()
            ? Measure.of(results.measure())
            : Observations.evaluationMeasure(results, kept.get(0));
    return new Retained(
        Math.max(0, tasks - 1),
        kept.stream().filter(s -> Observations.evaluationMeasure(results, s) == measure).toList(),
        measure.higherIsBetter());
  }

  /** The mean of a cell's scores after the last task; NaN where there was nothing to retain. */
  double of(Results.Finished cell) {
    double[] last = cell.result().scores().last();
    double sum = 0;
    for (int i = 0; i < earlierTasks; i++) {
      sum += i < last.length ? last[i] : Double.NaN;
    }
    for (String set : sets) {
      CellResult.Evaluation kept = cell.result().evaluation().get(set);
      sum += kept == null ? Double.NaN : kept.last();
    }
    int count = earlierTasks + sets.size();
    return count == 0 ? Double.NaN : sum / count;
  }

  /** What the mean is over, in words. */
  String words() {
    String tasks =
        earlierTasks == 0 ? "" : earlierTasks == 1 ? "the first task" : "the earlier tasks";
    String of = String.join(", ", sets);
    return tasks.isEmpty() ? of : of.isEmpty() ? tasks : tasks + " and " + of;
  }
}
