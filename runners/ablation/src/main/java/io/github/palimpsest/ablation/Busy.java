package io.github.palimpsest.ablation;

/** Another run is working on a unit that is needed now; there may be other work meanwhile. */
final class Busy extends Exception {
  private static final long serialVersionUID = 1L;

  Busy(String unit) {
    super(unit + " is under way in another run", null, false, false);
  }
}
