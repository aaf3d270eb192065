package io.github.palimpsest.execution;

/**
 * A unit that is needed now is not there yet: another run is working on it, or it was damaged and
 * is to be computed again. There may be other work meanwhile.
 */
final class Busy extends Exception {
  private static final long serialVersionUID = 1L;

  Busy(String unit) {
    super(unit + " is not there yet", null, false, false);
  }
}
