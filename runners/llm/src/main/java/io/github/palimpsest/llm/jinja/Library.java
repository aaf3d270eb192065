package io.github.palimpsest.llm.jinja;

import io.github.palimpsest.api.NearestName;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** The filters, tests and functions that every template has. */
final class Library {
  private static final int MAX_RANGE = 100_000;
  private static final Map<String, Filter> FILTERS = new TreeMap<>();
  private static final Map<String, Predicate> PREDICATES = predicates();

  static {
    FILTERS.putAll(TextFilters.all());
    FILTERS.putAll(ListFilters.all());
  }

  private Library() {}

  static Filter filter(String name) {
    Filter filter = FILTERS.get(name);
    if (filter == null) {
      throw new TemplateException(
          "no filter '" + name + "'" + NearestName.hint(name, List.copyOf(FILTERS.keySet())));
    }
    return filter;
  }

  static Predicate predicate(String name) {
    Predicate predicate = PREDICATES.get(name);
    if (predicate == null) {
      throw new TemplateException(
          "no test '" + name + "'" + NearestName.hint(name, List.copyOf(PREDICATES.keySet())));
    }
    return predicate;
  }

  /** The functions, by name. */
  static Map<String, Object> functions(Template.Date date) {
    Map<String, Object> all = new TreeMap<>();
    all.put("range", (Callable) Library::range);
    all.put("dict", (Callable) Library::dict);
    all.put(
        "namespace",
        (Callable)
            a -> {
              Namespace namespace = new Namespace();
              ((Map<?, ?>) dict(a)).forEach((k, v) -> namespace.set(Values.text(k, "a name"), v));
              return namespace;
            });
    all.put(
        "raise_exception",
        (Callable)
            a -> {
              throw TemplateException.raised(
                  Texts.of(a.one("raise_exception", "message"), a.budget()));
            });
    all.put(
        "strftime_now",
        (Callable)
            a ->
                a.budget()
                    .text(
                        Strftime.of(
                            Values.text(a.one("strftime_now", "format"), "a format"), date.of())));
    return all;
  }

  private static Object range(Arguments a) {
    List<Object> given = a.positional();
    a.bind("range", 1, "start", "stop", "step");
    long from = given.size() == 1 ? 0 : Values.integer(given.get(0));
    long to = Values.integer(given.get(given.size() == 1 ? 0 : 1));
    long step = given.size() < 3 ? 1 : Values.integer(given.get(2));
    if (step == 0) {
      throw new TemplateException("the step of a range must not be 0");
    }
    List<Object> numbers = new ArrayList<>();
    for (long i = from; step > 0 ? i < to : i > to; i += step) {
      if (numbers.size() == MAX_RANGE) {
        throw new TemplateException("a range has more than " + MAX_RANGE + " numbers");
      }
      numbers.add(i);
    }
    a.budget().steps(numbers.size());
    return numbers;
  }

  private static Object dict(Arguments a) {
    Map<Object, Object> made = new LinkedHashMap<>();
    if (a.positional().size() > 1) {
      throw new TemplateException("'dict' takes one object and named values");
    }
    for (Object base : a.positional()) {
      if (base instanceof Map<?, ?> map) {
        map.forEach(made::put);
      } else {
        for (Object pair : Values.items(base, a.budget())) {
          if (!(pair instanceof List<?> two) || two.size() != 2) {
            throw new TemplateException("'dict' needs an object, or pairs of key and value");
          }
          made.put(Values.key(two.get(0)), two.get(1));
        }
      }
    }
    made.putAll(a.named());
    a.budget().steps(made.size());
    return made;
  }

  private interface OfValue {
    boolean test(Object value);
  }

  private interface OfTwo {
    boolean test(Object value, Object other, Budget budget);
  }

  private static Map<String, Predicate> predicates() {
    Map<String, Predicate> all = new TreeMap<>();
    one(all, v -> !(v instanceof Undefined), "defined");
    one(all, v -> v instanceof Undefined, "undefined");
    one(all, v -> v == None.NONE, "none");
    one(all, v -> v instanceof Boolean, "boolean");
    one(all, v -> v == Boolean.TRUE, "true");
    one(all, v -> v == Boolean.FALSE, "false");
    one(all, v -> v instanceof Long, "integer");
    one(all, v -> v instanceof Double, "float");
    one(all, Values::isNumber, "number");
    one(all, v -> v instanceof String, "string");
    one(all, v -> v instanceof Map<?, ?>, "mapping");
    one(
        all,
        v -> v instanceof String || v instanceof List<?> || v instanceof Map<?, ?>,
        "sequence");
    one(
        all,
        v ->
            v instanceof String
                || v instanceof List<?>
                || v instanceof Map<?, ?>
                || v instanceof Undefined,
        "iterable");
    one(all, v -> v instanceof Callable || v instanceof Loop, "callable");
    one(all, v -> false, "escaped");
    one(all, v -> Math.floorMod(Values.integer(v), 2L) == 1, "odd");
    one(all, v -> Math.floorMod(Values.integer(v), 2L) == 0, "even");
    one(all, v -> isCase(v, true), "upper");
    one(all, v -> isCase(v, false), "lower");
    one(all, v -> v instanceof String s && FILTERS.containsKey(s), "filter");
    one(all, v -> v instanceof String s && PREDICATES.containsKey(s), "test");
    two(all, Values::equal, "eq", "equalto", "==");
    two(all, (a, b, budget) -> !Values.equal(a, b, budget), "ne", "!=");
    two(all, (a, b, budget) -> Values.compare(a, b, budget) < 0, "lt", "lessthan", "<");
    two(all, (a, b, budget) -> Values.compare(a, b, budget) <= 0, "le", "<=");
    two(all, (a, b, budget) -> Values.compare(a, b, budget) > 0, "gt", "greaterthan", ">");
    two(all, (a, b, budget) -> Values.compare(a, b, budget) >= 0, "ge", ">=");
    two(all, (a, b, budget) -> Values.contains(b, a, budget), "in");
    two(all, (a, b, budget) -> a == b || a.getClass() == b.getClass() && scalar(a, b), "sameas");
    two(
        all,
        (a, b, budget) -> Values.integer(Arithmetic.apply("%", a, b, budget)) == 0,
        "divisibleby");
    return all;
  }

  private static boolean scalar(Object a, Object b) {
    return (a instanceof Boolean || a instanceof Long || a instanceof String) && a.equals(b);
  }

  private static boolean isCase(Object value, boolean upper) {
    String s = Values.text(value, "the text of 'upper' and 'lower'");
    boolean letters = s.codePoints().anyMatch(Character::isLetter);
    return letters && s.equals(upper ? s.toUpperCase(Locale.ROOT) : s.toLowerCase(Locale.ROOT));
  }

  private static void one(Map<String, Predicate> all, OfValue test, String name) {
    all.put(
        name,
        (value, a) -> {
          a.none(name);
          return test.test(value);
        });
  }

  private static void two(Map<String, Predicate> all, OfTwo test, String... names) {
    for (String name : names) {
      all.put(
          name,
          (value, a) -> {
            @Nullable Object[] bound = a.bind(name, 1, "other");
            return test.test(value, bound[0] == null ? None.NONE : bound[0], a.budget());
          });
    }
  }
}
