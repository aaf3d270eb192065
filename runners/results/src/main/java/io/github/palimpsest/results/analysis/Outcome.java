package io.github.palimpsest.results.analysis;

/**
 * A number that every cell has, for example {@code forgetting}.
 *
 * @param name as in the results
 * @param unit {@code nats}, or empty for a share
 * @param higherIsBetter whether more of it is the better
 */
public record Outcome(String name, String unit, boolean higherIsBetter) {

  /** Whether a change of this sign is for the better. */
  public boolean improves(double change) {
    return higherIsBetter ? change > 0 : change < 0;
  }
}
