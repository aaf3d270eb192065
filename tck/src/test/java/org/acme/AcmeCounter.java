package org.acme;

/** Keeps a count in a static field. */
public final class AcmeCounter extends AcmeMetric {
  private static int asked;

  /** As its name says. */
  public AcmeCounter() {
    super("acme.counter");
  }

  @Override
  double value() {
    return asked++;
  }
}
