package io.github.palimpsest.api.tracker;

import io.github.palimpsest.api.Experimental;
import io.github.palimpsest.api.recipe.Value;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;

/** One cell of a grid: a recipe with a seed, and its numbers so far. */
@Experimental(since = "0.1")
public interface TrackedCell {
  /** How far a cell is. More states may be added. */
  enum State {
    /** Nothing of it has been done. */
    WAITING,
    /** Some of it has been done. */
    RUNNING,
    /** It has its result. */
    FINISHED,
    /** It can have no result. */
    FAILED
  }

  /** The cell's id: the hash of all that determines it, in hexadecimal digits. */
  String id();

  /** Its recipe without defaults. */
  String label();

  /** The canonical text of its recipe. */
  String recipe();

  /** Where its random streams begin. */
  long seed();

  /**
   * What it was run with, by name: {@code seed}, {@code axis.NAME} with its level on an axis, and
   * every setting of every component, {@code sam.rho} and {@code sam.base.lr} for {@code
   * sam(base=adamw)}.
   */
  SortedMap<String, Value> parameters();

  /** Its level on each axis as written, in the order of the axes. */
  Map<String, String> levels();

  /** How far it is. */
  State state();

  /** Why it failed; empty if it has not. */
  Optional<String> reason();

  /**
   * Its numbers. A series may come in several parts, one after the other; each part continues at a
   * later step.
   */
  List<TrackedSeries> series();

  /** The last step of which anything is known; 0 if nothing is. */
  default long lastStep() {
    return series().stream().mapToLong(TrackedSeries::lastStep).max().orElse(0);
  }
}
