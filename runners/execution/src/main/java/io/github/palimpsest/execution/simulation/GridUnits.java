package io.github.palimpsest.execution.simulation;

import io.github.palimpsest.api.random.Streams;
import io.github.palimpsest.experiment.plan.Cell;
import io.github.palimpsest.experiment.plan.Plan;
import io.github.palimpsest.experiment.plan.Stage;
import io.github.palimpsest.experiment.plan.Stages;
import io.github.palimpsest.experiment.plan.Unmerged;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.random.RandomGenerator;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;

/**
 * The units of work of a grid, stages and rows of scores, and the order in which each cell needs
 * them. Cells that share a unit wait for it; it is done once. Scores before any training, one row
 * for each seed, are left out.
 *
 * @param seconds the time of each unit
 * @param checkpoints the time between two checkpoints of each unit; infinite for a unit that has
 *     none and starts again from its beginning
 * @param cells the units of each cell, each after the one that it needs
 */
public record GridUnits(double[] seconds, double[] checkpoints, int[][] cells) {
  /** Copies the arrays. */
  public GridUnits {
    seconds = seconds.clone();
    checkpoints = checkpoints.clone();
    cells = cells.clone();
    if (seconds.length != checkpoints.length) {
      throw new IllegalArgumentException(
          seconds.length + " times, and checkpoints of " + checkpoints.length + " units");
    }
    int count = seconds.length;
    for (int[] cell : cells) {
      if (cell.length == 0 || IntStream.of(cell).anyMatch(u -> u < 0 || u >= count)) {
        throw new IllegalArgumentException("a cell has no unit or an unknown one");
      }
    }
  }

  /**
   * The units of a plan, in the order in which a worker goes through a cell: each stage, then its
   * row of scores, and at the end the row of mergers that act only then.
   *
   * @param times measured times, from which each unit draws one
   * @param scale the factor of all times
   * @param seed the seed of the draws; a unit draws from a stream of its own
   */
  public static GridUnits of(
      Plan plan, Stages stages, MeasuredTimes times, double scale, long seed) {
    Map<String, Integer> known = new HashMap<>();
    List<Double> seconds = new ArrayList<>();
    List<Double> checkpoints = new ArrayList<>();
    int every = plan.experiment().training().checkpointEvery();
    int[][] cells = new int[plan.cells().size()][];
    Function<Stage, Integer> unit =
        stage ->
            known.computeIfAbsent(
                "stage " + stage.id(),
                id -> {
                  RandomGenerator random = Streams.stream(seed, "simulate/stage", 0, known.size());
                  MeasuredTimes.Taken taken = times.stage(stage, random);
                  seconds.add(scale * taken.seconds());
                  checkpoints.add(scale * taken.betweenCheckpoints(every));
                  return known.size();
                });
    Function<String, Integer> rowUnit =
        row ->
            known.computeIfAbsent(
                "row " + row,
                id -> {
                  seconds.add(scale * times.rowSeconds());
                  checkpoints.add(Double.POSITIVE_INFINITY);
                  return known.size();
                });
    for (int c = 0; c < cells.length; c++) {
      Cell cell = plan.cells().get(c);
      List<Integer> units = new ArrayList<>();
      for (Stage stage : stages.of(cell)) {
        units.add(unit.apply(stage));
        for (String row : rows(cell, stage, stages)) {
          units.add(rowUnit.apply(row));
        }
      }
      stages
          .references(cell)
          .forEach(
              (kind, models) ->
                  models.forEach(
                      stage -> {
                        units.add(unit.apply(stage));
                        units.add(rowUnit.apply(stages.row(cell, kind, stage.task())));
                      }));
      cells[c] = units.stream().mapToInt(Integer::intValue).toArray();
    }
    return new GridUnits(array(seconds), array(checkpoints), cells);
  }

  /** The rows after a stage; of a recipe with mergers for the end also the one without them. */
  private static List<String> rows(Cell cell, Stage stage, Stages stages) {
    boolean last = stages.of(cell).size() - 1 == stage.task();
    return Unmerged.of(cell.recipe())
        .map(
            unmerged -> {
              String before = stages.row(cell, unmerged, stage.task());
              return last ? List.of(before, stages.row(cell, stage.task())) : List.of(before);
            })
        .orElseGet(() -> List.of(stages.row(cell, stage.task())));
  }

  private static double[] array(List<Double> values) {
    return values.stream().mapToDouble(Double::doubleValue).toArray();
  }

  /** The time of all units, one after another, in seconds. */
  public double totalSeconds() {
    return DoubleStream.of(seconds).sum();
  }

  /** The time of the longest cell, one unit after another: no number of workers is faster. */
  public double criticalPathSeconds() {
    double longest = 0;
    for (int[] cell : cells) {
      longest = Math.max(longest, IntStream.of(cell).mapToDouble(u -> seconds[u]).sum());
    }
    return longest;
  }

  /**
   * Graham's bound: the longest that any order can take in which no worker is idle while a unit is
   * ready, W / m + (1 - 1 / m) C with W the time of all units and C the critical path (R. L.
   * Graham, "Bounds for certain multiprocessing anomalies", 1966).
   */
  public double grahamSeconds(int workers) {
    return totalSeconds() / workers + (1 - 1.0 / workers) * criticalPathSeconds();
  }
}
