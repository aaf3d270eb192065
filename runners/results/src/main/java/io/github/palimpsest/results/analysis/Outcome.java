package io.github.palimpsest.results.analysis;

/**
 * A number that every cell has, for example {@code forgetting}.
 *
 * @param name as in the results
 * @param unit {@code nats}, or empty for a share
 * @param higherIsBetter whether more of it is the better
 * @param resolution the smallest difference that the outcome can show: one item of its test sets,
 *     or 1e-6 nats
 */
public record Outcome(String name, String unit, boolean higherIsBetter, double resolution) {
  /** The resolution of an outcome in nats. */
  public static final double NATS_RESOLUTION = 1e-6;

  private static final String DRIFT = "drift of ";

  /** The name of the outcome that an evaluation set gives. */
  public static String drift(String set) {
    return DRIFT + set;
  }

  /**
   * The name for readers: a change, and no drift, where more of it is the better. Files and
   * experiments keep the {@link #name() name}.
   */
  public String shown() {
    return higherIsBetter && name.startsWith(DRIFT)
        ? "change of " + name.substring(DRIFT.length())
        : name;
  }

  /** Whether a change with this sign is an improvement. */
  public boolean improves(double change) {
    return higherIsBetter ? change > 0 : change < 0;
  }
}
