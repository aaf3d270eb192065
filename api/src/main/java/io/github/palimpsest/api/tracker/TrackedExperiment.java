package io.github.palimpsest.api.tracker;

import io.github.palimpsest.api.Experimental;
import java.util.List;

/** The current state of a grid. */
@Experimental(since = "0.1")
public interface TrackedExperiment {
  /** The experiment's name, as the user wrote it: any characters. */
  String name();

  /** The absolute path of the output folder. It differs between two runs of one experiment. */
  String folder();

  /** The cells in the order of the plan. */
  List<TrackedCell> cells();
}
