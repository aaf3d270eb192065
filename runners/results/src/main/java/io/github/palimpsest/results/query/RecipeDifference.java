package io.github.palimpsest.results.query;

import io.github.palimpsest.api.recipe.RecipeText;
import io.github.palimpsest.api.recipe.Value;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** What differs between two recipes: components, and settings of components that both have. */
public final class RecipeDifference {
  private static final String NONE = "none";

  private final Map<String, String> kinds;
  private final List<Cause> causes = new ArrayList<>();

  private RecipeDifference(Map<String, String> kinds) {
    this.kinds = kinds;
  }

  /**
   * Compares canonical recipe texts.
   *
   * @param kinds the kind of each component, by its id
   */
  public static List<Cause> of(String a, String b, Map<String, String> kinds) {
    RecipeDifference d = new RecipeDifference(kinds);
    List<Value.Call> first = components(a);
    List<Value.Call> second = components(b);
    Set<String> seats = new LinkedHashSet<>();
    Stream.concat(first.stream(), second.stream()).forEach(c -> seats.add(d.kind(c)));
    seats.forEach(seat -> d.seat(seat, d.of(seat, first), d.of(seat, second)));
    return d.causes;
  }

  private static List<Value.Call> components(String recipe) {
    RecipeText text = RecipeText.parse(recipe);
    return Stream.concat(text.sum().stream(), text.pipe().stream()).toList();
  }

  private String kind(Value.Call c) {
    return kinds.getOrDefault(c.name(), "component");
  }

  private List<Value.Call> of(String seat, List<Value.Call> all) {
    return new ArrayList<>(all.stream().filter(c -> kind(c).equals(seat)).toList());
  }

  /** Components of one kind: those of one name are compared, the rest stand for each other. */
  private void seat(String seat, List<Value.Call> a, List<Value.Call> b) {
    for (Value.Call x : List.copyOf(a)) {
      Optional<Value.Call> same = b.stream().filter(y -> y.name().equals(x.name())).findFirst();
      if (same.isPresent()) {
        a.remove(x);
        b.remove(same.get());
        calls(seat + " " + x.name(), x, same.get());
      }
    }
    for (int i = 0; i < Math.max(a.size(), b.size()); i++) {
      if (i < a.size() && i < b.size()) {
        calls(seat, a.get(i), b.get(i));
      } else {
        add(seat, i < a.size() ? a.get(i) : null, i < b.size() ? b.get(i) : null);
      }
    }
  }

  private void calls(String at, Value.Call a, Value.Call b) {
    if (a.name().equals(b.name())) {
      Set<String> keys = new TreeSet<>(a.arguments().keySet());
      keys.addAll(b.arguments().keySet());
      keys.forEach(k -> values(at + "." + k, a.arguments().get(k), b.arguments().get(k)));
      return;
    }
    Optional<Value.Call> within = inside(b, a.name());
    Optional<Value.Call> around = inside(a, b.name());
    if (within.isPresent()) {
      causes.add(cause(at, a.name(), around(b, a.name())));
      calls(at + " " + a.name(), a, within.get());
    } else if (around.isPresent()) {
      causes.add(cause(at, around(a, b.name()), b.name()));
      calls(at + " " + b.name(), around.get(), b);
    } else {
      add(at, a, b);
    }
  }

  /** A wrapping component with its own settings, and the name of what it wraps. */
  private static String around(Value.Call outer, String name) {
    TreeMap<String, Value> own = new TreeMap<>(outer.arguments());
    own.values().removeIf(v -> v instanceof Value.Call c && c.name().equals(name));
    return new Value.Call(outer.name(), own) + " around " + name;
  }

  private static Optional<Value.Call> inside(Value.Call outer, String name) {
    return outer.arguments().values().stream()
        .filter(Value.Call.class::isInstance)
        .map(Value.Call.class::cast)
        .filter(c -> c.name().equals(name))
        .findFirst();
  }

  private void values(String at, @Nullable Value a, @Nullable Value b) {
    if (a instanceof Value.Call x && b instanceof Value.Call y) {
      calls(at, x, y);
    } else if (a == null || b == null || !a.toString().equals(b.toString())) {
      add(at, a, b);
    }
  }

  private void add(String at, @Nullable Value a, @Nullable Value b) {
    causes.add(cause(at, a == null ? NONE : a.toString(), b == null ? NONE : b.toString()));
  }

  private static Cause cause(String at, String a, String b) {
    return new Cause(Cause.Layer.RECIPE, at, a, b);
  }
}
