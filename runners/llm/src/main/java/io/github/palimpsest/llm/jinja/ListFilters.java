package io.github.palimpsest.llm.jinja;

import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** The filters of lists and objects, and those of any value. */
final class ListFilters {
  private ListFilters() {}

  static Map<String, Filter> all() {
    Map<String, Filter> all = new TreeMap<>();
    all.put("default", ListFilters::otherwise);
    all.put("d", ListFilters::otherwise);
    all.put("length", ListFilters::length);
    all.put("count", ListFilters::length);
    all.put("first", (f, v, a) -> end(v, a, "first"));
    all.put("last", (f, v, a) -> end(v, a, "last"));
    all.put("list", ListFilters::list);
    all.put("items", ListFilters::items);
    all.put("join", ListFilters::join);
    all.put("reverse", ListFilters::reverse);
    all.put("sort", ListFilters::sort);
    all.put("unique", ListFilters::unique);
    all.put("min", (f, v, a) -> extreme(v, a, "min"));
    all.put("max", (f, v, a) -> extreme(v, a, "max"));
    all.put("sum", ListFilters::sum);
    all.put("dictsort", ListFilters::dictsort);
    all.put("batch", ListFilters::batch);
    all.put(
        "attr", (f, v, a) -> Attributes.attribute(v, Values.text(a.one("attr", "name"), "a name")));
    all.put("map", ListFilters::map);
    all.put("select", (f, v, a) -> select(f, v, a, true, false));
    all.put("reject", (f, v, a) -> select(f, v, a, false, false));
    all.put("selectattr", (f, v, a) -> select(f, v, a, true, true));
    all.put("rejectattr", (f, v, a) -> select(f, v, a, false, true));
    return all;
  }

  private static Object otherwise(Frame frame, Object value, Arguments a) {
    @Nullable Object[] bound = a.bind("default", 0, "default_value", "boolean");
    boolean replace =
        value instanceof Undefined
            || bound[1] != null && Values.isTrue(bound[1]) && !Values.isTrue(value);
    return replace ? bound[0] == null ? "" : bound[0] : value;
  }

  private static Object length(Frame frame, Object value, Arguments a) {
    a.none("length");
    return Values.length(value);
  }

  private static Object end(Object value, Arguments a, String name) {
    a.none(name);
    List<Object> items = Values.items(value, a.budget());
    return items.isEmpty()
        ? new Undefined("'" + name + "' of an empty list")
        : items.get(name.equals("first") ? 0 : items.size() - 1);
  }

  private static Object list(Frame frame, Object value, Arguments a) {
    a.none("list");
    return Values.items(value, a.budget());
  }

  private static Object items(Frame frame, Object value, Arguments a) {
    a.none("items");
    if (value instanceof Undefined) {
      return List.of();
    }
    if (value instanceof Map<?, ?> map) {
      a.budget().steps(map.size());
      return Attributes.pairs(map);
    }
    throw new TemplateException("'items' needs an object, not " + Values.typeName(value));
  }

  private static Object join(Frame frame, Object value, Arguments a) {
    @Nullable Object[] bound = a.bind("join", 0, "d", "attribute");
    String by = bound[0] == null ? "" : Texts.of(bound[0], a.budget());
    UnaryOperator<Object> attribute = attribute(bound[1], a.budget());
    StringBuilder out = new StringBuilder();
    String between = "";
    for (Object item : Values.items(value, a.budget())) {
      String text = Texts.of(attribute.apply(item), a.budget());
      a.budget().text(between.length() + (long) text.length());
      out.append(between).append(text);
      between = by;
    }
    return out.toString();
  }

  /** The attribute of an item: a name, an index, or several of them joined by dots. */
  private static UnaryOperator<Object> attribute(@Nullable Object path, Budget budget) {
    if (path == null || path == None.NONE) {
      return item -> item;
    }
    String[] parts = Texts.of(path, budget).split("\\.", -1);
    return item -> {
      Object value = item;
      for (String part : parts) {
        boolean index = part.matches("\\d{1,9}");
        value = Attributes.item(value, index ? (Object) Long.parseLong(part) : part, budget);
      }
      return value;
    };
  }

  private static Object reverse(Frame frame, Object value, Arguments a) {
    a.none("reverse");
    if (value instanceof String s) {
      return a.budget().text(new StringBuilder(s).reverse().toString());
    }
    List<Object> items = Values.items(value, a.budget());
    Collections.reverse(items);
    return items;
  }

  /** The order of values; of texts without regard to case unless asked for. */
  private static Comparator<Object> order(@Nullable Object caseSensitive, Budget budget) {
    boolean sensitive = caseSensitive != null && Values.isTrue(caseSensitive);
    return (x, y) -> Values.compare(folded(x, sensitive), folded(y, sensitive), budget);
  }

  private static Object folded(Object value, boolean sensitive) {
    return !sensitive && value instanceof String s ? s.toLowerCase(Locale.ROOT) : value;
  }

  private static Object sort(Frame frame, Object value, Arguments a) {
    @Nullable Object[] bound = a.bind("sort", 0, "reverse", "case_sensitive", "attribute");
    List<Object> items = Values.items(value, a.budget());
    UnaryOperator<Object> attribute = attribute(bound[2], a.budget());
    Comparator<Object> order = Comparator.comparing(attribute, order(bound[1], a.budget()));
    items.sort(bound[0] != null && Values.isTrue(bound[0]) ? order.reversed() : order);
    return items;
  }

  private static Object unique(Frame frame, Object value, Arguments a) {
    @Nullable Object[] bound = a.bind("unique", 0, "case_sensitive", "attribute");
    boolean sensitive = bound[0] != null && Values.isTrue(bound[0]);
    UnaryOperator<Object> attribute = attribute(bound[1], a.budget());
    Map<Object, Object> firsts = new LinkedHashMap<>();
    for (Object item : Values.items(value, a.budget())) {
      firsts.putIfAbsent(Values.key(folded(attribute.apply(item), sensitive)), item);
    }
    return new ArrayList<>(firsts.values());
  }

  private static Object extreme(Object value, Arguments a, String name) {
    @Nullable Object[] bound = a.bind(name, 0, "case_sensitive", "attribute");
    Comparator<Object> order =
        Comparator.comparing(attribute(bound[1], a.budget()), order(bound[0], a.budget()));
    List<Object> items = Values.items(value, a.budget());
    if (items.isEmpty()) {
      return new Undefined("'" + name + "' of an empty list");
    }
    return name.equals("min") ? Collections.min(items, order) : Collections.max(items, order);
  }

  private static Object sum(Frame frame, Object value, Arguments a) {
    @Nullable Object[] bound = a.bind("sum", 0, "attribute", "start");
    UnaryOperator<Object> attribute = attribute(bound[0], a.budget());
    Object sum = bound[1] == null ? 0L : bound[1];
    for (Object item : Values.items(value, a.budget())) {
      sum = Arithmetic.apply("+", sum, attribute.apply(item), a.budget());
    }
    return sum;
  }

  private static Object dictsort(Frame frame, Object value, Arguments a) {
    @Nullable Object[] bound = a.bind("dictsort", 0, "case_sensitive", "by", "reverse");
    if (!(value instanceof Map<?, ?> map)) {
      throw new TemplateException("'dictsort' needs an object, not " + Values.typeName(value));
    }
    String by = bound[1] == null ? "key" : Values.text(bound[1], "'by'");
    if (!by.equals("key") && !by.equals("value")) {
      throw new TemplateException("'dictsort' sorts by key or value, not by '" + by + "'");
    }
    List<Object> pairs = Attributes.pairs(map);
    Comparator<Object> order =
        Comparator.comparing(
            pair -> ((Tuple) pair).get(by.equals("key") ? 0 : 1), order(bound[0], a.budget()));
    pairs.sort(bound[2] != null && Values.isTrue(bound[2]) ? order.reversed() : order);
    return pairs;
  }

  private static Object batch(Frame frame, Object value, Arguments a) {
    @Nullable Object[] bound = a.bind("batch", 1, "linecount", "fill_with");
    long size = bound[0] == null ? 1 : Values.integer(bound[0]);
    if (size < 1 || size > 100_000) {
      throw new TemplateException("'batch' needs a size from 1 to 100000, not " + size);
    }
    List<Object> batches = new ArrayList<>();
    List<Object> open = new ArrayList<>();
    for (Object item : Values.items(value, a.budget())) {
      if (open.size() == size) {
        batches.add(open);
        open = new ArrayList<>();
      }
      open.add(item);
    }
    while (!open.isEmpty() && open.size() < size && bound[1] != null && bound[1] != None.NONE) {
      a.budget().steps(1);
      open.add(bound[1]);
    }
    if (!open.isEmpty()) {
      batches.add(open);
    }
    return batches;
  }

  private static Object map(Frame frame, Object value, Arguments a) {
    List<Object> mapped = new ArrayList<>();
    List<Object> items = Values.items(value, a.budget());
    if (a.positional().isEmpty() && a.named().containsKey("attribute")) {
      @Nullable Object[] bound = a.bind("map", 0, "attribute", "default");
      UnaryOperator<Object> attribute = attribute(bound[0], a.budget());
      for (Object item : items) {
        Object found = attribute.apply(item);
        mapped.add(found instanceof Undefined && bound[1] != null ? bound[1] : found);
      }
      return mapped;
    }
    if (a.positional().isEmpty()) {
      throw new TemplateException("'map' needs a filter or an attribute");
    }
    Filter filter = Library.filter(Values.text(a.positional().get(0), "the name of a filter"));
    for (Object item : items) {
      a.budget().enter();
      mapped.add(filter.apply(frame, item, a.rest()));
      a.budget().leave();
    }
    return mapped;
  }

  private static Object select(
      Frame frame, Object value, Arguments a, boolean wanted, boolean byAttribute) {
    Arguments rest = a;
    UnaryOperator<Object> attribute = item -> item;
    if (byAttribute) {
      if (a.positional().isEmpty()) {
        throw new TemplateException("'selectattr' and 'rejectattr' need an attribute");
      }
      attribute = attribute(a.positional().get(0), a.budget());
      rest = a.rest();
    }
    Predicate predicate = (tested, arguments) -> Values.isTrue(tested);
    if (!rest.positional().isEmpty()) {
      predicate = Library.predicate(Values.text(rest.positional().get(0), "the name of a test"));
      rest = rest.rest();
    }
    List<Object> selected = new ArrayList<>();
    for (Object item : Values.items(value, a.budget())) {
      if (predicate.test(attribute.apply(item), rest) == wanted) {
        selected.add(item);
      }
    }
    return selected;
  }
}
