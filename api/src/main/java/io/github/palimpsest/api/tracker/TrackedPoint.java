package io.github.palimpsest.api.tracker;

import io.github.palimpsest.api.Experimental;

/** A number at a training step. */
@Experimental(since = "0.1")
public final class TrackedPoint {
  private final long step;
  private final double value;

  private TrackedPoint(long step, double value) {
    this.step = step;
    this.value = value;
  }

  /** A number at a step. */
  public static TrackedPoint of(long step, double value) {
    return new TrackedPoint(step, value);
  }

  /** Training steps since the first task began, from 0. */
  public long step() {
    return step;
  }

  /** The number; a loss that went wrong may be NaN or infinite. */
  public double value() {
    return value;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof TrackedPoint o && step == o.step && Double.compare(value, o.value) == 0;
  }

  @Override
  public int hashCode() {
    return 31 * Long.hashCode(step) + Double.hashCode(value);
  }

  @Override
  public String toString() {
    return step + ": " + value;
  }
}
