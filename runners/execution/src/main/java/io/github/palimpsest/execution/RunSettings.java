package io.github.palimpsest.execution;

import io.github.palimpsest.experiment.plan.Plan;
import io.github.palimpsest.experiment.plan.Stages;

/**
 * The settings of a run; no byte of a result depends on them.
 *
 * @param sharing the handling of work that cells share
 * @param patience the condition for ending the run
 * @param diskBudget the largest size of the output folder in bytes, see {@code --disk-budget}
 */
public record RunSettings(Sharing sharing, Patience patience, long diskBudget) {
  /** No limit to the size of an output folder. */
  public static final long ANY_SIZE = Long.MAX_VALUE;

  /** Shares work, continues after failures, and has no limit of disk space. */
  public static final RunSettings DEFAULT =
      new RunSettings(Sharing.SHARED, Patience.KEEP_GOING, ANY_SIZE);

  /** The condition for ending a run. */
  public enum Patience {
    /** A failed cell is recorded, and the others continue. */
    KEEP_GOING,
    /** The first failed cell ends the run. */
    FAIL_FAST
  }

  /** The handling of work that cells share. */
  public enum Sharing {
    /** Equal stages are trained once. */
    SHARED,
    /** Each cell trains all its stages separately, for comparison. */
    SEPARATE
  }

  /** The stages of a plan under these settings. */
  public Stages stages(Plan plan) {
    return Stages.of(plan, sharing == Sharing.SHARED);
  }
}
