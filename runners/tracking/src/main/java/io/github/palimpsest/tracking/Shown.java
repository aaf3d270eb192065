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

/** The data of a cell that a tracker shows already: the last step of each series. */
final class Shown {
  private static final long NOTHING = -1;

  private final UnaryOperator<String> naming;
  private final Map<String, Long> last = new HashMap<>();

  /**
   * Creates a state in which nothing is shown.
   *
   * @param naming maps the name of a series to the tracker's name for it
   */
  Shown(UnaryOperator<String> naming) {
    this.naming = naming;
  }

  /**
   * A number to show.
   *
   * @param series the tracker's name for its series
   * @param step its step
   * @param value the number
   */
  record Scalar(String series, long step, double value) {}

  /** The numbers of a history that are not shown yet. */
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

  /** The tracker's names of the series with at least one number shown. */
  Set<String> series() {
    return Set.copyOf(last.keySet());
  }

  /** Records that a series is shown up to a step. */
  void add(String series, long step) {
    last.merge(series, step, Math::max);
  }
}
