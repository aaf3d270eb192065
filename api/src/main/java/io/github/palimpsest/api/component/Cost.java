package io.github.palimpsest.api.component;

import io.github.palimpsest.api.PalimpsestException;
import io.github.palimpsest.api.Stable;
import io.github.palimpsest.api.optimizer.Optimizer;
import java.util.Objects;

/**
 * The declared cost of a component, such as {@code Cost.passes(2).slots(1)}. The report shows it
 * next to the measured cost; rule OPT-04 compares the passes with the oracle calls, and DAT-11 with
 * the examples that a rehearsal adds.
 */
@Stable(since = "0.1")
public final class Cost {
  /** No cost beyond the plain step. */
  public static final Cost NONE = new Cost(0, 0, 0);

  private final double passesPerStep;
  private final double slotsPerParameter;
  private final double snapshotsPerTask;

  private Cost(double passesPerStep, double slotsPerParameter, double snapshotsPerTask) {
    this.passesPerStep = checked("passes a step", passesPerStep);
    this.slotsPerParameter = checked("slots a parameter", slotsPerParameter);
    this.snapshotsPerTask = checked("snapshots a task", snapshotsPerTask);
  }

  /**
   * A cost in passes only.
   *
   * @param perStep forward-and-backward passes per training step, averaged over steps; 1 for plain
   *     descent, 0 for a component that adds none
   * @throws PalimpsestException if the number is negative or not finite
   */
  public static Cost passes(double perStep) {
    return NONE.withPasses(perStep);
  }

  /**
   * A copy with another number of passes.
   *
   * @param perStep as in {@link #passes}
   * @throws PalimpsestException if the number is negative or not finite
   */
  public Cost withPasses(double perStep) {
    return new Cost(perStep, slotsPerParameter, snapshotsPerTask);
  }

  /**
   * A copy with optimizer state.
   *
   * @param perParameter floats of optimizer state kept for each trainable parameter; without slots
   *     of declared shapes, which {@link Optimizer#slots()} states
   * @throws PalimpsestException if the number is negative or not finite
   */
  public Cost slots(double perParameter) {
    return new Cost(passesPerStep, perParameter, snapshotsPerTask);
  }

  /**
   * A copy with memory kept for finished tasks.
   *
   * @param perTask full copies of the weights (or of their size) that stay in memory for each
   *     finished task
   * @throws PalimpsestException if the number is negative or not finite
   */
  public Cost snapshots(double perTask) {
    return new Cost(passesPerStep, slotsPerParameter, perTask);
  }

  /** Forward-and-backward passes per training step, averaged over steps. */
  public double passesPerStep() {
    return passesPerStep;
  }

  /** Floats of optimizer state kept for each trainable parameter. */
  public double slotsPerParameter() {
    return slotsPerParameter;
  }

  /** Full copies of the weights that stay in memory for each finished task. */
  public double snapshotsPerTask() {
    return snapshotsPerTask;
  }

  private static double checked(String what, double value) {
    if (!(value >= 0) || Double.isInfinite(value)) {
      throw new PalimpsestException(
          "cost of " + value + " " + what + " must be a finite number of at least 0");
    }
    return value;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Cost o
        && Double.compare(passesPerStep, o.passesPerStep) == 0
        && Double.compare(slotsPerParameter, o.slotsPerParameter) == 0
        && Double.compare(snapshotsPerTask, o.snapshotsPerTask) == 0;
  }

  @Override
  public int hashCode() {
    return Objects.hash(passesPerStep, slotsPerParameter, snapshotsPerTask);
  }

  @Override
  public String toString() {
    return "Cost[passesPerStep="
        + passesPerStep
        + ", slotsPerParameter="
        + slotsPerParameter
        + ", snapshotsPerTask="
        + snapshotsPerTask
        + "]";
  }
}
