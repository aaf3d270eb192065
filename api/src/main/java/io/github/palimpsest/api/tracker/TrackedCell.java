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
  /** The progress of a cell. More states may be added. */
  enum State {
    /** The work has not started. */
    WAITING,
    /** Part of the work is done. */
    RUNNING,
    /** The cell has its result. */
    FINISHED,
    /** The cell cannot have a result. */
    FAILED
  }

  /** The cell's id: the hash of all that determines it, in hexadecimal digits. */
  String id();

  /** Its recipe without defaults. */
  String label();

  /** The canonical text of its recipe. */
  String recipe();

  /** The seed of its random streams. */
  long seed();

  /**
   * Its parameters by name: {@code seed}, {@code axis.NAME} with its level on an axis, and every
   * setting of every component, for example {@code sam.rho} and {@code sam.base.lr} for {@code
   * sam(base=adamw)}.
   */
  SortedMap<String, Value> parameters();

  /** Its level on each axis as written, in the order of the axes. */
  Map<String, String> levels();

  /** Its state. */
  State state();

  /** The reason for its failure; empty if it has not failed. */
  Optional<String> reason();

  /**
   * Its numbers. A series may come in several parts, one after the other; each part continues at a
   * later step.
   */
  List<TrackedSeries> series();

  /** The last step with a known number; 0 if there is none. */
  default long lastStep() {
    return series().stream().mapToLong(TrackedSeries::lastStep).max().orElse(0);
  }
}
