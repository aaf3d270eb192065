package io.github.palimpsest.api.tracker;

import io.github.palimpsest.api.Experimental;
import java.util.List;

/**
 * The capability of a {@link Tracker} to read its target. The kit needs it to check the shown data.
 */
@Experimental(since = "0.1")
public interface Readback {
  /**
   * The numbers that the target has for a cell, from all series, in any order. They are read from
   * the target, not from memory, so a number that never arrived is missing here.
   *
   * @param experiment the experiment that {@link Tracker#show} received
   * @param cell the cell's id
   * @return empty if the target has no such cell
   */
  List<TrackedPoint> shown(TrackedExperiment experiment, String cell);
}
