package io.github.palimpsest.api.tracker;

import io.github.palimpsest.api.Experimental;
import java.util.List;

/** Some numbers of one series of a cell, in the order of their steps. */
@Experimental(since = "0.1")
public interface TrackedSeries {
  /**
   * For example {@code train/loss}, {@code score/facts}, {@code metric/forgetting}. The user
   * chooses the names of tasks and sets: they may contain any characters.
   */
  String name();

  /** All numbers. */
  List<TrackedPoint> points();

  /** The numbers after a step. */
  default List<TrackedPoint> after(long step) {
    return points().stream().filter(p -> p.step() > step).toList();
  }

  /** The last step; 0 if there are no numbers. */
  default long lastStep() {
    List<TrackedPoint> points = points();
    return points.isEmpty() ? 0 : points.get(points.size() - 1).step();
  }
}
