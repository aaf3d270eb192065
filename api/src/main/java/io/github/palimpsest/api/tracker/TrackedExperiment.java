package io.github.palimpsest.api.tracker;

import io.github.palimpsest.api.Experimental;
import java.util.List;

/** A grid as far as it is known now. */
@Experimental(since = "0.1")
public interface TrackedExperiment {
  /** The experiment's name, as the user wrote it: any characters. */
  String name();

  /** The absolute path of the output folder. Two runs of one experiment differ in it. */
  String folder();

  /** The cells in the order of the plan. */
  List<TrackedCell> cells();
}
