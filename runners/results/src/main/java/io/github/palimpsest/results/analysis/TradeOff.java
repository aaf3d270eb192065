package io.github.palimpsest.results.analysis;

/**
 * The learned score, retained score and cost of a cell, or of a recipe on average.
 *
 * @param learned the new-task score: the mean over tasks of the score right after a task's own
 *     training
 * @param retained the retained score: the mean after the last task over the earlier tasks and sets
 * @param passes the cost: forward-and-backward passes of the whole training
 * @param higherLearned whether a higher new-task score is better
 * @param higherRetained whether a higher retained score is better
 */
public record TradeOff(
    double learned, double retained, double passes, boolean higherLearned, boolean higherRetained) {

  /** Whether this is better than another in one respect and worse in none; false with a NaN. */
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
