package org.acme;

/** Has the id of {@link AcmeZero}. */
public final class AcmeTwin extends AcmeMetric {
  /** As its name says. */
  public AcmeTwin() {
    super("acme.zero");
  }

  @Override
  double value() {
    return 0;
  }
}
