package io.github.palimpsest.experiment.plan;

import io.github.palimpsest.api.component.Component;
import io.github.palimpsest.api.component.ComponentId;
import io.github.palimpsest.api.component.Setting;
import io.github.palimpsest.api.component.Settings;
import io.github.palimpsest.api.discovery.Recipe;
import io.github.palimpsest.api.recipe.RecipeText;
import io.github.palimpsest.api.recipe.Value;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * A recipe in short form, for tables only: without the settings at their defaults, except those at
 * another value elsewhere in the grid.
 *
 * @param components creates the defaults
 * @param varied the settings that take several values in the grid, by component
 */
public record RecipeLabel(
    Setting.ComponentSource components, Map<ComponentId, Set<String>> varied) {
  /** The labels of a grid. */
  static RecipeLabel in(List<Recipe> grid, Setting.ComponentSource components) {
    Map<ComponentId, Map<String, Set<Value>>> values = new HashMap<>();
    grid.forEach(recipe -> recipe.components().forEach(c -> collect(c, values)));
    Map<ComponentId, Set<String>> varied = new HashMap<>();
    values.forEach(
        (id, byKey) ->
            byKey.forEach(
                (key, all) -> {
                  if (all.size() > 1) {
                    varied.computeIfAbsent(id, i -> new HashSet<>()).add(key);
                  }
                }));
    return new RecipeLabel(components, varied);
  }

  private static void collect(Component<?> c, Map<ComponentId, Map<String, Set<Value>>> values) {
    Map<String, Set<Value>> byKey = values.computeIfAbsent(c.id(), id -> new HashMap<>());
    c.canonical()
        .arguments()
        .forEach((key, value) -> byKey.computeIfAbsent(key, k -> new HashSet<>()).add(value));
    c.nested().values().forEach(nested -> collect(nested, values));
  }

  /** A recipe on its own: without any default. */
  public static String of(Recipe recipe, Setting.ComponentSource components) {
    return new RecipeLabel(components, Map.of()).of(recipe);
  }

  /** One component in short form. */
  public static String of(Component<?> component, Setting.ComponentSource components) {
    return new RecipeLabel(components, Map.of()).shortened(component).toString();
  }

  /** The label of a recipe of the grid. */
  String of(Recipe recipe) {
    List<Value.Call> sum = new ArrayList<>();
    List<Value.Call> pipe = new ArrayList<>();
    for (Component<?> c : recipe.components()) {
      (recipe.mergers().contains(c) ? pipe : sum).add(shortened(c));
    }
    return new RecipeText(sum, pipe).toString();
  }

  private Value.Call shortened(Component<?> c) {
    SortedMap<String, Value> defaults =
        Settings.of(c.provider(), new TreeMap<>(), components).canonical();
    Set<String> shown = varied.getOrDefault(c.id(), Set.of());
    TreeMap<String, Value> told = new TreeMap<>();
    c.canonical()
        .arguments()
        .forEach(
            (key, value) -> {
              Component<?> nested = c.nested().get(key);
              Value.Call inner = nested == null ? null : shortened(nested);
              boolean telling = inner != null && !inner.arguments().isEmpty();
              if (telling || shown.contains(key) || !value.equals(defaults.get(key))) {
                told.put(key, inner == null ? value : inner);
              }
            });
    return new Value.Call(c.id().value(), told);
  }
}
