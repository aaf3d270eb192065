package io.github.palimpsest.api;

/**
 * What a component declares to cost. The report shows it beside what was measured; rule OPT-04
 * compares the passes with the oracle calls.
 *
 * @param passesPerStep forward-and-backward passes a step of training, averaged over steps; 1 for
 *     plain descent, 0 for a component that adds none
 * @param slotsPerParameter floats of optimizer state kept for each trainable parameter
 * @param snapshotsPerTask full copies of the weights (or of their size) that stay in memory for
 *     each finished task
 */
public record Cost(double passesPerStep, double slotsPerParameter, double snapshotsPerTask) {
  /** Nothing beyond the plain step. */
  public static final Cost NONE = new Cost(0, 0, 0);

  /**
   * @throws PalimpsestException if a number is negative or not finite
   */
  public Cost {
    for (double v : new double[] {passesPerStep, slotsPerParameter, snapshotsPerTask}) {
      if (!(v >= 0) || Double.isInfinite(v)) {
        throw new PalimpsestException("cost " + v + " must be a finite number of at least 0");
      }
    }
  }
}
