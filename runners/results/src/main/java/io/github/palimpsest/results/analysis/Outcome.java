package io.github.palimpsest.results.analysis;

/**
 * A number that every cell has, for example {@code forgetting}.
 *
 * @param name as in the results
 * @param unit {@code nats}, or empty for a share
 * @param higherIsBetter whether a higher value is better
 */
public record Outcome(String name, String unit, boolean higherIsBetter) {

  /** Whether a change with this sign is an improvement. */
  public boolean improves(double change) {
    return higherIsBetter ? change > 0 : change < 0;
  }
}
