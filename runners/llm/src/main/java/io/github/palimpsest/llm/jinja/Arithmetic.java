package io.github.palimpsest.llm.jinja;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Python's operators on two values. Whole numbers have 64 bits. */
final class Arithmetic {
  private static final int MAX_POWER = 1024;

  private Arithmetic() {}

  static Object apply(String operator, Object a, Object b, Budget budget) {
    for (Object value : List.of(a, b)) {
      if (value instanceof Undefined u && !operator.equals("~")) {
        throw u.error();
      }
    }
    if (operator.equals("~")) {
      String left = Texts.of(a, budget);
      String right = Texts.of(b, budget);
      budget.text(left.length() + (long) right.length());
      return left + right;
    }
    if (Values.isNumber(a) && Values.isNumber(b)) {
      return numbers(operator, a, b);
    }
    if (operator.equals("+") && a instanceof String s && b instanceof String t) {
      budget.text(s.length() + (long) t.length());
      return s + t;
    }
    if (operator.equals("+") && a instanceof List<?> s && b instanceof List<?> t) {
      budget.steps(s.size() + (long) t.size());
      List<Object> all = new ArrayList<>(s);
      all.addAll(t);
      return a instanceof Tuple ? new Tuple(all) : all;
    }
    if (operator.equals("*") && Values.isInteger(b)) {
      return repeated(a, Values.integer(b), b, budget);
    }
    if (operator.equals("*") && Values.isInteger(a)) {
      return repeated(b, Values.integer(a), a, budget);
    }
    if (operator.equals("%") && a instanceof String s) {
      return Formatting.percent(
          s,
          b instanceof Tuple tuple ? tuple : b instanceof Map<?, ?> ? List.of() : List.of(b),
          b instanceof Map<?, ?> map ? map : Map.of(),
          budget);
    }
    throw mismatch(operator, a, b);
  }

  private static TemplateException mismatch(String operator, Object a, Object b) {
    return new TemplateException(
        "'" + operator + "' does not go with " + Values.typeName(a) + " and " + Values.typeName(b));
  }

  private static Object repeated(Object value, long times, Object by, Budget budget) {
    long count = Math.max(0, times);
    if (value instanceof String s) {
      budget.text(product(s.length(), count));
      return s.repeat((int) count);
    }
    if (value instanceof List<?> list) {
      budget.steps(product(list.size(), count));
      List<Object> all = new ArrayList<>();
      for (long i = 0; i < count && !list.isEmpty(); i++) {
        all.addAll(list);
      }
      return all;
    }
    throw mismatch("*", value, by);
  }

  private static long product(long size, long count) {
    return size == 0 ? 0 : count > Integer.MAX_VALUE ? Long.MAX_VALUE / 4 : size * count;
  }

  private static Object numbers(String operator, Object a, Object b) {
    try {
      if (Values.isInteger(a) && Values.isInteger(b) && !operator.equals("/")) {
        return integers(operator, Values.integer(a), Values.integer(b));
      }
    } catch (ArithmeticException e) {
      throw new TemplateException("a whole number has more than 64 bits");
    }
    double x = Values.real(a);
    double y = Values.real(b);
    if (y == 0 && (operator.equals("/") || operator.equals("//") || operator.equals("%"))) {
      throw new TemplateException("a division by 0");
    }
    return switch (operator) {
      case "+" -> x + y;
      case "-" -> x - y;
      case "*" -> x * y;
      case "/" -> x / y;
      case "//" -> Math.floor(x / y);
      case "%" -> {
        double rest = x % y;
        yield rest != 0 && rest < 0 != y < 0 ? rest + y : rest;
      }
      case "**" -> Math.pow(x, y);
      default -> throw new IllegalArgumentException(operator);
    };
  }

  private static Object integers(String operator, long x, long y) {
    switch (operator) {
      case "+":
        return Math.addExact(x, y);
      case "-":
        return Math.subtractExact(x, y);
      case "*":
        return Math.multiplyExact(x, y);
      case "//", "%":
        if (y == 0) {
          throw new TemplateException("a division by 0");
        }
        return operator.equals("%") ? Math.floorMod(x, y) : Math.floorDiv(x, y);
      case "**":
        if (y < 0) {
          return Math.pow(x, y);
        }
        if (y > MAX_POWER) {
          throw new TemplateException("a power above " + MAX_POWER);
        }
        long power = 1;
        for (long i = 0; i < y; i++) {
          power = Math.multiplyExact(power, x);
        }
        return power;
      default:
        throw new IllegalArgumentException(operator);
    }
  }

  static Object negated(Object value) {
    if (value instanceof Double d) {
      return -d;
    }
    long n = Values.integer(value);
    if (n == Long.MIN_VALUE) {
      throw new TemplateException("a whole number has more than 64 bits");
    }
    return -n;
  }
}
