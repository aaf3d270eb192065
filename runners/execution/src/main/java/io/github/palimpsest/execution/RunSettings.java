package io.github.palimpsest.execution;

import io.github.palimpsest.experiment.plan.Plan;
import io.github.palimpsest.experiment.plan.Stages;

/**
 * How a run goes about a plan; no byte of a result depends on it.
 *
 * @param sharing what it does about work that cells have in common
 * @param patience until when it goes on
 * @param diskBudget bytes that its output folder may hold, see {@code --disk-budget}
 */
public record RunSettings(Sharing sharing, Patience patience, long diskBudget) {
  /** No limit to the size of an output folder. */
  public static final long ANY_SIZE = Long.MAX_VALUE;

  /** Sharing work, going on after failures, on any disk space. */
  public static final RunSettings DEFAULT =
      new RunSettings(Sharing.SHARED, Patience.KEEP_GOING, ANY_SIZE);

  /** Until when a run goes on. */
  public enum Patience {
    /** A failed cell is noted, and the others go on. */
    KEEP_GOING,
    /** The first failed cell ends the run. */
    FAIL_FAST
  }

  /** What a run does about work that cells have in common. */
  public enum Sharing {
    /** Equal stages are trained once. */
    SHARED,
    /** Each cell trains all of its own, for comparison. */
    SEPARATE
  }

  /** The stages of a plan under these settings. */
  public Stages stages(Plan plan) {
    return Stages.of(plan, sharing == Sharing.SHARED);
  }
}
