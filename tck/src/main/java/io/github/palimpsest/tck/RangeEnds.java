package io.github.palimpsest.tck;

import io.github.palimpsest.api.component.Setting;
import io.github.palimpsest.api.recipe.Value;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The ends of the range of a number, as its setting tells them. Large ends are mere limits: at an
 * upper one a component takes long or leaves the range of a float, so it is left out, and a lower
 * one stands for negative values.
 */
final class RangeEnds {
  private static final Pattern RANGE =
      Pattern.compile(
          "(whole )?number (?:from (\\S+) to ([^\\s,]+)|of at least ([^\\s,]+)"
              + "|of at most ([^\\s,]+))(?:,.*)?");

  private static final double LEAST = -1e6;
  private static final double LARGEST = 1_000;
  private static final double LARGEST_COUNT = 100;

  private RangeEnds() {}

  static boolean isWhole(Setting<?> setting) {
    return setting.range().startsWith("whole number");
  }

  /** The ends that are tried; none for a setting that is no number. */
  static List<Value> of(Setting<?> setting) {
    Matcher range = RANGE.matcher(setting.range());
    List<Value> ends = new ArrayList<>();
    if (range.matches()) {
      String low = range.group(2) == null ? range.group(4) : range.group(2);
      String high = range.group(3) == null ? range.group(5) : range.group(3);
      if (low != null) {
        ends.add(new Value.Num(Math.max(LEAST, Double.parseDouble(low))));
      }
      double limit = isWhole(setting) ? LARGEST_COUNT : LARGEST;
      if (high != null && Double.parseDouble(high) <= limit) {
        ends.add(new Value.Num(Double.parseDouble(high)));
      }
      if (low != null
          && Double.parseDouble(low) < 0
          && !(high != null && Double.parseDouble(high) <= 0)) {
        ends.add(new Value.Num(0));
      }
    }
    return ends;
  }
}
