package io.github.palimpsest.results.text;

import io.github.palimpsest.results.folder.CellResult;
import io.github.palimpsest.results.folder.FolderLayout;
import io.github.palimpsest.results.folder.LossLog;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The objective of a recipe over its training: the mean over seeds and over bins of equal width.
 *
 * @param recipe the recipe without its defaults
 * @param seeds the number of cells in the mean
 * @param points the bins of all tasks, one after another
 */
public record TrainingCurve(String recipe, int seeds, List<Point> points) {
  /** The largest number of bins of a task. */
  public static final int BINS = 60;

  /** Copies the list. */
  public TrainingCurve {
    points = List.copyOf(points);
  }

  /**
   * A bin.
   *
   * @param task the task's name
   * @param step its middle, in steps since the first task began
   * @param loss the mean objective of its steps, in nats per target token plus penalties
   */
  public record Point(String task, double step, double loss) {}

  /**
   * The curves of the finished cells of an output folder.
   *
   * @param folder the folder
   * @param results its report
   * @return a curve for each recipe with at least one log; none for runs without logs
   */
  public static List<TrainingCurve> of(Path folder, Results results) {
    FolderLayout layout = new FolderLayout(folder);
    Map<String, List<LossLog.Row>> logs = new HashMap<>();
    Map<String, Integer> uses = new HashMap<>();
    results.rows().forEach(row -> stages(row).forEach(id -> uses.merge(id, 1, Integer::sum)));
    List<TrainingCurve> curves = new ArrayList<>();
    for (Results.Row row : results.rows()) {
      Set<List<String>> chains = chains(row);
      chains.forEach(
          chain ->
              chain.forEach(id -> logs.computeIfAbsent(id, i -> LossLog.read(layout.losses(i)))));
      List<Point> points = points(row.cells().get(0).result(), List.copyOf(chains), logs);
      if (!points.isEmpty()) {
        curves.add(new TrainingCurve(row.label(), chains.size(), points));
      }
      // only logs that a later recipe needs stay in memory
      for (String id : stages(row)) {
        if (uses.merge(id, -1, Integer::sum) == 0) {
          logs.remove(id);
        }
      }
    }
    return curves;
  }

  private static Set<List<String>> chains(Results.Row row) {
    Set<List<String>> chains = new LinkedHashSet<>();
    row.cells().forEach(c -> chains.add(c.times().stages()));
    chains.removeIf(List::isEmpty);
    return chains;
  }

  private static List<String> stages(Results.Row row) {
    return chains(row).stream().flatMap(List::stream).toList();
  }

  private static List<Point> points(
      CellResult result, List<List<String>> chains, Map<String, List<LossLog.Row>> logs) {
    List<Point> points = new ArrayList<>();
    long before = 0;
    for (int task = 0; task < result.steps().size(); task++) {
      long steps = result.steps().get(task);
      int bins = (int) Math.min(BINS, steps);
      double[] sum = new double[bins];
      int[] count = new int[bins];
      for (List<String> chain : chains) {
        List<LossLog.Row> log = task < chain.size() ? logs.get(chain.get(task)) : null;
        for (LossLog.Row row : log == null ? List.<LossLog.Row>of() : log) {
          int bin = (int) Math.min(bins - 1L, (row.step() - 1) * bins / steps);
          sum[bin] += row.loss();
          count[bin]++;
        }
      }
      for (int b = 0; b < bins; b++) {
        if (count[b] > 0 && Double.isFinite(sum[b])) {
          double middle = before + (b + 0.5) * steps / bins;
          points.add(new Point(result.tasks().get(task), middle, sum[b] / count[b]));
        }
      }
      before += steps;
    }
    return points;
  }
}
