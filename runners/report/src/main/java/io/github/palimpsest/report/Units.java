package io.github.palimpsest.report;

import io.github.palimpsest.results.analysis.Outcome;

/** Units and directions in the words of tables and axes. */
final class Units {
  /** The unit of losses, for which lower is better. */
  static final String LOSS = "nats per target token; lower is better";

  /** Where less of a cost is the better one. */
  static final String SECONDS = "s; lower is better";

  static final String MILLISECONDS = "ms; lower is better";
  static final String MEGABYTES = "MB; lower is better";
  static final String PASSES = "per step; lower is better";

  private Units() {}

  /**
   * The unit and the direction of scores.
   *
   * @param unit of the scores; empty for a share
   */
  static String of(String unit, boolean higherIsBetter) {
    return named(unit) + "; " + direction(higherIsBetter);
  }

  /** The direction of the better values. */
  static String direction(boolean higherIsBetter) {
    return higherIsBetter ? "higher is better" : "lower is better";
  }

  static String of(Outcome o) {
    return of(o.unit(), o.higherIsBetter());
  }

  /** The unit of changes of an outcome, and the sign of the better ones. */
  static String change(Outcome o) {
    return named(o.unit()) + (o.higherIsBetter() ? "; above 0 is better" : "; below 0 is better");
  }

  private static String named(String unit) {
    return unit.isEmpty() ? "share" : unit;
  }

  /** An outcome on an axis or in a header. */
  static String label(Outcome o) {
    return o.shown() + " (" + of(o) + ")";
  }

  /** An outcome in a header of LaTeX, where an arrow points to the better values. */
  static String latex(Outcome o) {
    return PaperTables.latex(o.shown() + " (" + named(o.unit()))
        + (o.higherIsBetter() ? ", $\\uparrow$)" : ", $\\downarrow$)");
  }
}
