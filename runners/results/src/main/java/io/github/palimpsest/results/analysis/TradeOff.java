package io.github.palimpsest.results.analysis;

/**
 * What a cell, or a recipe on average, has learned, retained and cost.
 *
 * @param learned the new-task score: the mean over tasks of the score right after a task's own
 *     training
 * @param retained the retained score: the mean after the last task over what came before it
 * @param passes the cost: forward-and-backward passes of the whole training
 * @param higherLearned whether a higher new-task score is the better one
 * @param higherRetained whether a higher retained score is the better one
 */
public record TradeOff(
    double learned, double retained, double passes, boolean higherLearned, boolean higherRetained) {

  /** Whether this is nowhere worse than another and somewhere better; false with a NaN. */
  public boolean beats(TradeOff other) {
    return defined()
        && other.defined()
        && atLeast(learned, other.learned, higherLearned)
        && atLeast(retained, other.retained, higherRetained)
        && passes <= other.passes
        && (learned != other.learned || retained != other.retained || passes != other.passes);
  }

  /** Whether all three are numbers. */
  public boolean defined() {
    return Double.isFinite(learned) && Double.isFinite(retained) && Double.isFinite(passes);
  }

  private static boolean atLeast(double mine, double theirs, boolean higher) {
    return higher ? mine >= theirs : mine <= theirs;
  }
}
