package io.github.palimpsest.execution;

/**
 * A unit that is needed now does not exist yet: another run is working on it, or it was damaged and
 * must be computed again. There may be other work in the meantime.
 */
final class Busy extends Exception {
  private static final long serialVersionUID = 1L;

  Busy(String unit) {
    super(unit + " is not there yet", null, false, false);
  }
}
