package io.github.palimpsest.results.folder;

import java.util.List;

/**
 * The content of a cell's {@code timing.json}.
 *
 * @param measured the measurements of its training and scoring
 * @param stages the ids of its stages, task by task
 */
public record CellTimes(Timing measured, List<String> stages) {
  /** Nothing is known. */
  public static final CellTimes NONE = new CellTimes(Timing.NOTHING, List.of());

  /** Copies the list, and replaces missing values with empty ones. */
  public CellTimes {
    measured = measured == null ? Timing.NOTHING : measured;
    stages = JsonFile.list(stages);
  }
}
