package org.acme;

/** Breaks no rule. */
public final class AcmeZero extends AcmeMetric {
  /** As its name says. */
  public AcmeZero() {
    super("acme.zero");
  }

  @Override
  double value() {
    return 0;
  }
}
