package io.github.palimpsest.tracking;

import io.github.palimpsest.results.folder.CellHistory;
import java.util.List;

/** Where a grid is shown. Used by one thread. */
public interface Tracker extends AutoCloseable {
  /** What it is, for messages: {@code TensorBoard's files in 'runs'}. */
  String target();

  /**
   * Shows what it does not show yet. After a failure the next call makes up for it.
   *
   * @param experiment the experiment's name
   * @param cells all that is known of each cell, what was shown before included
   * @throws RuntimeException if it cannot be reached or written
   */
  void show(String experiment, List<CellHistory> cells);

  /** Nothing more will be shown by this process; cells without a result are stopped. */
  @Override
  void close();
}
