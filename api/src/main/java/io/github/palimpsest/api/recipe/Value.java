package io.github.palimpsest.api.recipe;

import io.github.palimpsest.api.Stable;
import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** A value in recipe text. Its {@code toString} is its canonical text. */
@Stable(since = "0.1")
public sealed interface Value {

  /**
   * A number. Canonical text is the shortest decimal that reads back to the same double.
   *
   * @param value a finite number
   */
  record Num(double value) implements Value {
    /** Refuses a number without a text, and replaces -0 with 0. */
    public Num {
      if (Double.isNaN(value) || Double.isInfinite(value)) {
        throw new IllegalArgumentException("a recipe has no text for " + value);
      }
      value = value == 0 ? 0 : value;
    }

    @Override
    public String toString() {
      if (value == Math.rint(value) && Math.abs(value) < 1e7) {
        return Long.toString((long) value);
      }
      BigDecimal decimal = shortest(value).stripTrailingZeros();
      double size = Math.abs(value);
      if (size >= 1e-3 && size < 1e7) {
        return decimal.toPlainString();
      }
      String digits = decimal.unscaledValue().abs().toString();
      int exponent = digits.length() - 1 - decimal.scale();
      String mantissa =
          digits.length() == 1 ? digits : digits.charAt(0) + "." + digits.substring(1);
      return (value < 0 ? "-" : "") + mantissa + "e" + exponent;
    }

    /**
     * The decimal of fewest digits that reads back to the same double, and of those the closest.
     * {@link Double#toString} is not suitable: before Java 19 it sometimes gives a digit too many,
     * and a canonical text must not depend on the Java that prints it.
     */
    private static BigDecimal shortest(double value) {
      BigDecimal exact = new BigDecimal(value);
      for (int digits = 1; digits < 17; digits++) {
        for (RoundingMode mode :
            List.of(RoundingMode.HALF_EVEN, RoundingMode.UP, RoundingMode.DOWN)) {
          BigDecimal rounded = exact.round(new MathContext(digits, mode));
          if (rounded.doubleValue() == value) {
            return rounded;
          }
        }
      }
      return exact.round(new MathContext(17, RoundingMode.HALF_EVEN));
    }
  }

  /**
   * {@code true} or {@code false}.
   *
   * @param value which
   */
  record Flag(boolean value) implements Value {
    @Override
    public String toString() {
      return Boolean.toString(value);
    }
  }

  /**
   * Text between double quotes; {@code \"}, {@code \\}, {@code \n}, {@code \t} are escapes.
   *
   * @param value the text without quotes and escapes
   */
  record Text(String value) implements Value {
    @Override
    public String toString() {
      return '"'
          + value
              .replace("\\", "\\\\")
              .replace("\"", "\\\"")
              .replace("\n", "\\n")
              .replace("\t", "\\t")
          + '"';
    }
  }

  /**
   * A name with arguments: a component, a schedule, or, without arguments, a plain word such as a
   * choice among several.
   *
   * @param name the name
   * @param arguments by key; the canonical text has them in the order of their keys
   */
  record Call(String name, SortedMap<String, Value> arguments) implements Value {
    private static final Pattern NAME = Pattern.compile("[A-Za-z][A-Za-z0-9._-]*");

    /**
     * Copies the arguments.
     *
     * @throws IllegalArgumentException if the name or a key is not one that recipe text can hold
     */
    public Call {
      if (!NAME.matcher(name).matches() || name.equals("true") || name.equals("false")) {
        throw new IllegalArgumentException("'" + name + "' is not a name in recipe text");
      }
      TreeMap<String, Value> byKey = new TreeMap<>();
      byKey.putAll(arguments);
      for (String key : byKey.keySet()) {
        if (!NAME.matcher(key).matches()) {
          throw new IllegalArgumentException("'" + key + "' is not a key in recipe text");
        }
      }
      arguments = Collections.unmodifiableSortedMap(byKey);
    }

    /** A word without arguments. */
    public static Call word(String name) {
      return new Call(name, new TreeMap<>());
    }

    /** A copy with one argument replaced or added. */
    public Call with(String key, Value value) {
      TreeMap<String, Value> changed = new TreeMap<>(arguments);
      changed.put(key, value);
      return new Call(name, changed);
    }

    @Override
    public String toString() {
      if (arguments.isEmpty()) {
        return name;
      }
      return arguments.entrySet().stream()
          .map((Map.Entry<String, Value> e) -> e.getKey() + "=" + e.getValue())
          .collect(Collectors.joining(", ", name + "(", ")"));
    }
  }

  /**
   * Several values between brackets.
   *
   * @param values in order
   */
  record Items(List<Value> values) implements Value {
    /** Copies the values. */
    public Items {
      values = List.copyOf(values);
    }

    @Override
    public String toString() {
      return values.stream().map(Value::toString).collect(Collectors.joining(", ", "[", "]"));
    }
  }
}
