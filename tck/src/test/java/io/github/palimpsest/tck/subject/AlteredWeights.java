package io.github.palimpsest.tck.subject;

import io.github.palimpsest.api.parameter.ForwardingWeights;
import io.github.palimpsest.api.parameter.Weights;

/** Weights that delegate to others, except for overridden methods. */
public class AlteredWeights implements ForwardingWeights {
  private final Weights good;

  public AlteredWeights(Weights good) {
    this.good = good;
  }

  @Override
  public Weights weights() {
    return good;
  }
}
