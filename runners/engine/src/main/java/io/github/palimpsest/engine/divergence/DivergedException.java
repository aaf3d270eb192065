package io.github.palimpsest.engine.divergence;

import io.github.palimpsest.api.PalimpsestException;

/** A training that went wrong: a loss, a weight or what a model computes is no finite number. */
public sealed class DivergedException extends PalimpsestException permits NonFiniteLossException {
  private static final long serialVersionUID = 1L;

  public DivergedException(String message) {
    super(message);
  }
}
