package io.github.palimpsest.results.analysis;

import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;

/**
 * What a cell has forgotten while it learns its last task, against the loss of this task.
 *
 * @param recipe without its defaults
 * @param seed the seed
 * @param passesPerStep forward-and-backward passes of a step of the stage
 * @param points in the order of their steps, the first before the first step; none if the stage has
 *     none
 */
public record ForgettingCurve(
    String recipe, long seed, double passesPerStep, List<ForgettingCurve.Point> points) {
  /** Copies the list. */
  public ForgettingCurve {
    points = List.copyOf(points);
  }

  /**
   * A moment of the stage.
   *
   * @param step finished steps
   * @param loss the loss of the new task, in nats per target token
   * @param value the outcome, such as forgetting of the earlier tasks
   */
  public record Point(long step, double loss, double value) {}

  /** The last point; there must be one. */
  public Point end() {
    return points.get(points.size() - 1);
  }

  /** The passes of the whole stage. */
  double passes() {
    return end().step() * passesPerStep;
  }

  /**
   * The value where the loss first falls to a number: on the straight line between the point before
   * and the first point that is not above it.
   *
   * @return the value of the first point if it is not above the number; empty if no point is
   */
  public OptionalDouble atLoss(double matched) {
    for (int k = 0; k < points.size(); k++) {
      Point now = points.get(k);
      if (now.loss() <= matched) {
        return OptionalDouble.of(
            k == 0 ? now.value() : between(points.get(k - 1), now, matched, true));
      }
    }
    return OptionalDouble.empty();
  }

  /**
   * The value after a number of steps, on the straight line between two points.
   *
   * @return empty before the first point and after the last
   */
  public OptionalDouble atStep(double step) {
    if (points.isEmpty() || step < points.get(0).step()) {
      return OptionalDouble.empty();
    }
    for (int k = 0; k < points.size(); k++) {
      Point now = points.get(k);
      if (now.step() >= step) {
        return OptionalDouble.of(
            k == 0 ? now.value() : between(points.get(k - 1), now, step, false));
      }
    }
    return OptionalDouble.empty();
  }

  /** The value after a number of passes. */
  OptionalDouble atPasses(double passes) {
    // a quotient must not miss the last step by rounding
    double step = passes / passesPerStep;
    return atStep(passes == passes() ? end().step() : step);
  }

  private static double between(Point a, Point b, double at, boolean loss) {
    double from = loss ? a.loss() : a.step();
    double to = loss ? b.loss() : b.step();
    return at == to ? b.value() : a.value() + (at - from) / (to - from) * (b.value() - a.value());
  }

  /**
   * The mean of curves point by point; those with another number of points than the first are left
   * out.
   *
   * @param curves of one recipe; at least one
   */
  public static List<Point> mean(List<ForgettingCurve> curves) {
    int size = curves.get(0).points().size();
    List<ForgettingCurve> alike = curves.stream().filter(c -> c.points().size() == size).toList();
    List<Point> mean = new ArrayList<>();
    for (int k = 0; k < size; k++) {
      double loss = 0;
      double value = 0;
      for (ForgettingCurve c : alike) {
        loss += c.points().get(k).loss() / alike.size();
        value += c.points().get(k).value() / alike.size();
      }
      mean.add(new Point(curves.get(0).points().get(k).step(), loss, value));
    }
    return mean;
  }
}
