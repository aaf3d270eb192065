package org.acme;

/** Reads the clock. */
public final class AcmeClock extends AcmeMetric {
  /** As its name says. */
  public AcmeClock() {
    super("clock");
  }

  @Override
  double value() {
    return System.nanoTime() == 0 ? 1 : 0;
  }
}
