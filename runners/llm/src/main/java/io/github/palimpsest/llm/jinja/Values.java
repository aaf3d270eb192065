package io.github.palimpsest.llm.jinja;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The values of a template, with Python's rules: {@link None}, {@link Undefined}, {@link Boolean},
 * {@link Long}, {@link Double}, {@link String}, {@link List}, {@link Map}, {@link Namespace},
 * {@link Loop} and {@link Callable}. Lists and maps do not change.
 */
final class Values {
  private static final int MAX_NESTING = 200;

  private Values() {}

  static void requireShallow(int depth) {
    if (depth > MAX_NESTING) {
      throw new TemplateException("a value is nested more than " + MAX_NESTING + " deep");
    }
  }

  /** A copy of a value of JSON. */
  static Object of(@Nullable Object json) {
    return of(json, 0);
  }

  private static Object of(@Nullable Object json, int depth) {
    requireShallow(depth);
    if (json == null) {
      return None.NONE;
    }
    if (json instanceof String || json instanceof Boolean || json instanceof None) {
      return json;
    }
    if (json instanceof Integer || json instanceof Long) {
      return ((Number) json).longValue();
    }
    if (json instanceof Number n) {
      return n.doubleValue();
    }
    if (json instanceof List<?> list) {
      List<Object> items = new ArrayList<>();
      list.forEach(item -> items.add(of(item, depth + 1)));
      return items;
    }
    if (json instanceof Map<?, ?> map) {
      Map<Object, Object> entries = new LinkedHashMap<>();
      map.forEach((key, value) -> entries.put(of(key, depth + 1), of(value, depth + 1)));
      return entries;
    }
    throw new TemplateException("a template cannot read a " + json.getClass().getSimpleName());
  }

  static String typeName(Object value) {
    if (value instanceof String) {
      return "a text";
    }
    if (value instanceof Boolean || value instanceof Long || value instanceof Double) {
      return value instanceof Boolean ? "a truth value" : "a number";
    }
    if (value instanceof List<?>) {
      return "a list";
    }
    if (value instanceof Map<?, ?>) {
      return "an object";
    }
    if (value instanceof Undefined) {
      return "an undefined value";
    }
    return value == None.NONE
        ? "none"
        : value instanceof Namespace
            ? "a namespace"
            : value instanceof Loop ? "'loop'" : "a function";
  }

  static boolean isTrue(Object value) {
    if (value instanceof Boolean b) {
      return b;
    }
    if (value instanceof Long n) {
      return n != 0;
    }
    if (value instanceof Double d) {
      return d != 0;
    }
    if (value instanceof String s) {
      return !s.isEmpty();
    }
    if (value instanceof List<?> list) {
      return !list.isEmpty();
    }
    if (value instanceof Map<?, ?> map) {
      return !map.isEmpty();
    }
    return value != None.NONE && !(value instanceof Undefined);
  }

  /** The number of items, as {@code len()} has it. */
  static long length(Object value) {
    if (value instanceof String s) {
      return Texts.length(s);
    }
    if (value instanceof List<?> list) {
      return list.size();
    }
    if (value instanceof Map<?, ?> map) {
      return map.size();
    }
    if (value instanceof Undefined) {
      return 0;
    }
    if (value instanceof Loop loop) {
      return loop.length();
    }
    throw new TemplateException(typeName(value) + " has no length");
  }

  /** The items of a value in a loop: of a list, the keys of an object, the characters of a text. */
  static List<Object> items(Object value, Budget budget) {
    List<Object> items;
    if (value instanceof List<?> list) {
      items = new ArrayList<>(list);
    } else if (value instanceof Map<?, ?> map) {
      items = new ArrayList<>(map.keySet());
    } else if (value instanceof String s) {
      budget.steps(s.length());
      items = new ArrayList<>();
      s.codePoints().forEach(c -> items.add(Character.toString(c)));
    } else if (value instanceof Undefined) {
      return List.of();
    } else {
      throw new TemplateException(typeName(value) + " has no items to go through");
    }
    budget.steps(items.size());
    return items;
  }

  /** A value that can be the key of an object. */
  static Object key(Object value) {
    if (value instanceof List<?> || value instanceof Map<?, ?>) {
      throw new TemplateException(typeName(value) + " cannot be a key");
    }
    return value;
  }

  static boolean isInteger(Object value) {
    return value instanceof Long || value instanceof Boolean;
  }

  static boolean isNumber(Object value) {
    return isInteger(value) || value instanceof Double;
  }

  static long integer(Object value) {
    if (value instanceof Boolean b) {
      return b ? 1 : 0;
    }
    if (value instanceof Long n) {
      return n;
    }
    throw value instanceof Undefined u
        ? u.error()
        : new TemplateException(typeName(value) + " must be a whole number");
  }

  static double real(Object value) {
    return value instanceof Double d ? d : integer(value);
  }

  static String text(Object value, String what) {
    if (value instanceof String s) {
      return s;
    }
    throw value instanceof Undefined u
        ? u.error()
        : new TemplateException(what + " must be a text, not " + typeName(value));
  }

  static boolean equal(Object a, Object b, Budget budget) {
    return equal(a, b, budget, 0);
  }

  private static boolean equal(Object a, Object b, Budget budget, int depth) {
    requireShallow(depth);
    budget.steps(1);
    if (isNumber(a) && isNumber(b)) {
      return isInteger(a) && isInteger(b) ? integer(a) == integer(b) : real(a) == real(b);
    }
    if (a instanceof String s && b instanceof String t) {
      if (s.length() == t.length()) {
        budget.text(s.length());
      }
      return s.equals(t);
    }
    if (a instanceof List<?> s && b instanceof List<?> t) {
      boolean same = s.size() == t.size() && a instanceof Tuple == b instanceof Tuple;
      Iterator<?> other = t.iterator();
      for (Iterator<?> i = s.iterator(); same && i.hasNext(); ) {
        same = equal(i.next(), other.next(), budget, depth + 1);
      }
      return same;
    }
    if (a instanceof Map<?, ?> s && b instanceof Map<?, ?> t) {
      boolean same = s.size() == t.size();
      for (Iterator<? extends Map.Entry<?, ?>> i = s.entrySet().iterator(); same && i.hasNext(); ) {
        Map.Entry<?, ?> e = i.next();
        Object other = t.get(e.getKey());
        same = other != null && equal(e.getValue(), other, budget, depth + 1);
      }
      return same;
    }
    return a == b || a instanceof Undefined && b instanceof Undefined;
  }

  /** The order of two numbers, texts or lists. */
  static int compare(Object a, Object b, Budget budget) {
    budget.steps(1);
    if (isNumber(a) && isNumber(b)) {
      return isInteger(a) && isInteger(b)
          ? Long.compare(integer(a), integer(b))
          : Double.compare(real(a) + 0.0, real(b) + 0.0);
    }
    if (a instanceof String s && b instanceof String t) {
      budget.text(Math.min(s.length(), t.length()));
      int at = 0;
      int shorter = Math.min(s.length(), t.length());
      while (at < shorter && s.charAt(at) == t.charAt(at)) {
        at++;
      }
      return at == shorter
          ? Integer.compare(s.length(), t.length())
          : Integer.compare(s.codePointAt(at), t.codePointAt(at));
    }
    if (a instanceof List<?> s && b instanceof List<?> t) {
      Iterator<?> other = t.iterator();
      for (Object item : s) {
        if (!other.hasNext()) {
          return 1;
        }
        Object against = other.next();
        if (!equal(item, against, budget)) {
          return item instanceof List<?> || against instanceof List<?>
              ? nested(item, against)
              : compare(item, against, budget);
        }
      }
      return other.hasNext() ? -1 : 0;
    }
    for (Object value : List.of(a, b)) {
      if (value instanceof Undefined u) {
        throw u.error();
      }
    }
    throw new TemplateException(typeName(a) + " and " + typeName(b) + " have no order");
  }

  private static int nested(Object a, Object b) {
    throw new TemplateException(
        "lists within lists have no order here: " + typeName(a) + " and " + typeName(b));
  }

  /** Whether {@code item in whole}. */
  static boolean contains(Object whole, Object item, Budget budget) {
    if (whole instanceof String s) {
      budget.text(s.length());
      return s.contains(text(item, "what is looked for in a text"));
    }
    if (whole instanceof Map<?, ?> map) {
      return map.containsKey(key(item));
    }
    for (Object other : items(whole, budget)) {
      if (equal(other, item, budget)) {
        return true;
      }
    }
    return false;
  }
}
