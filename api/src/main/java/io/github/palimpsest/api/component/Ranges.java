package io.github.palimpsest.api.component;

import io.github.palimpsest.api.PalimpsestException;
import io.github.palimpsest.api.recipe.Value;
import java.util.Locale;

/** Describes the values that a {@link Setting} accepts, and reads numbers. */
final class Ranges {
  private Ranges() {}

  static double number(Value v, String range) {
    if (v instanceof Value.Num n) {
      return n.value();
    }
    throw new PalimpsestException(v + " is not a " + range);
  }

  static String word(Enum<?> e) {
    return e.name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  static String between(double min, double max) {
    boolean low = min > -Double.MAX_VALUE;
    boolean high = max < Double.MAX_VALUE;
    if (low && high) {
      double above = Math.nextUp(max);
      if (above == Math.rint(above) && max != Math.rint(max)) { // the largest number below it
        return "of at least " + new Value.Num(min) + " and below " + new Value.Num(above);
      }
      return "from " + new Value.Num(min) + " to " + new Value.Num(max);
    }
    return low
        ? "of at least " + new Value.Num(min)
        : high ? "of at most " + new Value.Num(max) : "of any size";
  }
}
