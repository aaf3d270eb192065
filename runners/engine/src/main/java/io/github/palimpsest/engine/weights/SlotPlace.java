package io.github.palimpsest.engine.weights;

import java.util.Locale;

/** Where the state of an optimizer is between steps. It changes no number. */
public enum SlotPlace {
  /** With the parameters. */
  DEVICE,
  /**
   * In the memory of the host, from which a step fetches the state of a parameter when its gradient
   * exists. On the CPU this is the same memory.
   */
  HOST;

  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
