package io.github.palimpsest.tracking;

import io.github.palimpsest.api.tracker.TrackedCell;
import io.github.palimpsest.api.tracker.TrackedPoint;
import io.github.palimpsest.api.tracker.TrackedSeries;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.UnaryOperator;

/** What a tracker shows of a cell already: the last step of each series. */
final class Shown {
  private static final long NOTHING = -1;

  private final UnaryOperator<String> naming;
  private final Map<String, Long> last = new HashMap<>();

  /**
   * Nothing yet.
   *
   * @param naming what the tracker calls a series
   */
  Shown(UnaryOperator<String> naming) {
    this.naming = naming;
  }

  /**
   * A number to show.
   *
   * @param series its series, as the tracker calls it
   * @param step its step
   * @param value the number
   */
  record Scalar(String series, long step, double value) {}

  /** What a history has beyond what is shown. */
  List<Scalar> missing(TrackedCell cell) {
    Map<String, Long> reached = new HashMap<>(last);
    List<Scalar> missing = new ArrayList<>();
    for (TrackedSeries part : cell.series()) {
      String series = naming.apply(part.name());
      for (TrackedPoint p : part.after(reached.getOrDefault(series, NOTHING))) {
        missing.add(new Scalar(series, p.step(), p.value()));
        reached.put(series, p.step());
      }
    }
    return missing;
  }

  /** The series of which something is shown, as the tracker calls them. */
  Set<String> series() {
    return Set.copyOf(last.keySet());
  }

  /** Notes that a series is shown up to a step. */
  void add(String series, long step) {
    last.merge(series, step, Math::max);
  }
}
