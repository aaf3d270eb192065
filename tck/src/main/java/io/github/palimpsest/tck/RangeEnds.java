package io.github.palimpsest.tck;

import io.github.palimpsest.api.component.AllowedValues;
import io.github.palimpsest.api.component.AllowedValues.Numbers;
import io.github.palimpsest.api.component.AllowedValues.NumbersOrSchedules;
import io.github.palimpsest.api.component.AllowedValues.WholeNumbers;
import io.github.palimpsest.api.recipe.Value;
import java.util.ArrayList;
import java.util.List;

/**
 * The ends of the range of a number, and 0 within it. Large ends are mere limits: at an upper one a
 * component takes long or leaves the range of a float, so it is left out, and a lower one stands
 * for negative values.
 */
final class RangeEnds {
  private static final double LEAST = -1e6;
  private static final double LARGEST = 1_000;
  private static final double LARGEST_COUNT = 100;

  private RangeEnds() {}

  /** The ends that are tried; none for a setting that is no number. */
  static List<Value> of(AllowedValues allowed) {
    if (allowed instanceof Numbers n) {
      return of(n.least(), n.most(), Double.MAX_VALUE, LARGEST);
    }
    if (allowed instanceof NumbersOrSchedules n) {
      return of(n.least(), n.most(), Double.MAX_VALUE, LARGEST);
    }
    return allowed instanceof WholeNumbers n
        ? of(n.least(), n.most(), Integer.MAX_VALUE, LARGEST_COUNT)
        : List.of();
  }

  private static List<Value> of(double least, double most, double unbounded, double largest) {
    List<Value> ends = new ArrayList<>();
    if (least > -unbounded) {
      ends.add(new Value.Num(Math.max(LEAST, least)));
    }
    if (most <= largest) {
      ends.add(new Value.Num(most));
    }
    if (least < 0 && most > 0) {
      ends.add(new Value.Num(0));
    }
    return ends;
  }
}
