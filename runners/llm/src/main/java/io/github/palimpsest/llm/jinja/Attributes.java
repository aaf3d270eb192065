package io.github.palimpsest.llm.jinja;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Attributes, items and slices of values. A value has only the members listed here. */
final class Attributes {
  private Attributes() {}

  /** The value of {@code of.name}: a method first, then an item. */
  static Object attribute(Object of, String name) {
    if (of instanceof Undefined u) {
      throw u.error();
    }
    Object method = method(of, name);
    if (method != null) {
      return method;
    }
    if (of instanceof Map<?, ?> map && map.containsKey(name)) {
      return map.get(name);
    }
    if (of instanceof Namespace namespace) {
      return namespace.get(name);
    }
    return of instanceof Loop loop ? loop.attribute(name) : Undefined.attribute(of, name);
  }

  /** The value of {@code of[key]}: an item first, then a method. */
  static Object item(Object of, Object key, Budget budget) {
    if (of instanceof Undefined u) {
      throw u.error();
    }
    if (of instanceof Map<?, ?> map && map.containsKey(Values.key(key))) {
      return map.get(key);
    }
    if (Values.isInteger(key)) {
      long index = Values.integer(key);
      if (of instanceof List<?> list) {
        long at = index < 0 ? index + list.size() : index;
        return at < 0 || at >= list.size() ? Undefined.attribute(of, key) : list.get((int) at);
      }
      if (of instanceof String text) {
        budget.text(text.length());
        int size = Texts.length(text);
        long at = index < 0 ? index + size : index;
        return at < 0 || at >= size
            ? Undefined.attribute(of, key)
            : Texts.part(text, (int) at, (int) at + 1);
      }
    }
    return key instanceof String name && !(of instanceof Map<?, ?>)
        ? attribute(of, name)
        : key instanceof String name && method(of, name) != null
            ? attribute(of, name)
            : Undefined.attribute(of, key);
  }

  private static @Nullable Object method(Object of, String name) {
    if (of instanceof String text) {
      return StringMethods.of(text, name);
    }
    if (of instanceof List<?> list) {
      return listMethod(list, name);
    }
    return of instanceof Map<?, ?> map ? mapMethod(map, name) : null;
  }

  private static @Nullable Callable listMethod(List<?> list, String name) {
    return switch (name) {
      case "index" ->
          a -> {
            Object wanted = a.one("index", "value");
            for (int i = 0; i < list.size(); i++) {
              if (Values.equal(list.get(i), wanted, a.budget())) {
                return (long) i;
              }
            }
            throw new TemplateException("'index' does not find the value in the list");
          };
      case "count" ->
          a -> {
            Object wanted = a.one("count", "value");
            return list.stream().filter(x -> Values.equal(x, wanted, a.budget())).count();
          };
      case "copy" ->
          a -> {
            a.none("copy");
            return list;
          };
      case "append", "extend", "insert", "pop", "remove", "clear", "sort", "reverse" ->
          a -> {
            throw new TemplateException("a list does not change: '" + name + "' is not allowed");
          };
      default -> null;
    };
  }

  private static @Nullable Callable mapMethod(Map<?, ?> map, String name) {
    return switch (name) {
      case "get" ->
          a -> {
            @Nullable Object[] bound = a.bind("get", 1, "key", "default");
            Object key = bound[0] == null ? None.NONE : Values.key(bound[0]);
            Object otherwise = bound[1] == null ? None.NONE : bound[1];
            return map.containsKey(key) ? map.get(key) : otherwise;
          };
      case "keys" -> a -> listed(a, name, new ArrayList<>(map.keySet()));
      case "values" -> a -> listed(a, name, new ArrayList<>(map.values()));
      case "items" -> a -> listed(a, name, pairs(map));
      case "copy" ->
          a -> {
            a.none("copy");
            return map;
          };
      case "update", "pop", "popitem", "setdefault", "clear" ->
          a -> {
            throw new TemplateException("an object does not change: '" + name + "' is not allowed");
          };
      default -> null;
    };
  }

  private static Object listed(Arguments arguments, String name, List<Object> items) {
    arguments.none(name);
    arguments.budget().steps(items.size());
    return items;
  }

  static List<Object> pairs(Map<?, ?> map) {
    List<Object> pairs = new ArrayList<>();
    map.forEach((key, value) -> pairs.add(new Tuple(List.of(key, value))));
    return pairs;
  }

  /**
   * The value of {@code of[from:to:step]}.
   *
   * @param from a number, or none
   * @param to a number, or none
   * @param step a number that is not 0, or none
   */
  static Object slice(Object of, Object from, Object to, Object step, Budget budget) {
    if (of instanceof Undefined u) {
      throw u.error();
    }
    if (!(of instanceof String) && !(of instanceof List<?>)) {
      throw new TemplateException(Values.typeName(of) + " has no slices");
    }
    long by = step == None.NONE ? 1 : Values.integer(step);
    if (by == 0) {
      throw new TemplateException("the step of a slice must not be 0");
    }
    if (of instanceof String text) {
      budget.text(text.length());
      int size = Texts.length(text);
      long begin = bound(from, size, by, by > 0 ? 0 : size - 1);
      long end = bound(to, size, by, by > 0 ? size : -1);
      if (by == 1) {
        return end <= begin ? "" : Texts.part(text, (int) begin, (int) end);
      }
      int[] all = text.codePoints().toArray();
      StringBuilder out = new StringBuilder();
      for (long i = begin; by > 0 ? i < end : i > end; i += by) {
        out.appendCodePoint(all[(int) i]);
      }
      return out.toString();
    }
    List<?> list = (List<?>) of;
    long begin = bound(from, list.size(), by, by > 0 ? 0 : list.size() - 1);
    long end = bound(to, list.size(), by, by > 0 ? list.size() : -1);
    List<Object> part = new ArrayList<>();
    for (long i = begin; by > 0 ? i < end : i > end; i += by) {
      budget.steps(1);
      part.add(list.get((int) i));
    }
    return of instanceof Tuple ? new Tuple(part) : part;
  }

  private static long bound(Object value, int size, long step, long otherwise) {
    if (value == None.NONE) {
      return otherwise;
    }
    long at = Values.integer(value);
    at = at < 0 ? at + size : at;
    long lowest = step > 0 ? 0 : -1;
    return Math.max(lowest, Math.min(at, step > 0 ? size : size - 1L));
  }
}
