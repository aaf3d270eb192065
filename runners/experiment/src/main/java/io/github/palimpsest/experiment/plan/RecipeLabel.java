package io.github.palimpsest.experiment.plan;

import io.github.palimpsest.api.component.Component;
import io.github.palimpsest.api.component.Setting;
import io.github.palimpsest.api.component.Settings;
import io.github.palimpsest.api.discovery.Recipe;
import io.github.palimpsest.api.recipe.RecipeText;
import io.github.palimpsest.api.recipe.Value;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/** A recipe as people would write it: without what is the default anyway. For tables only. */
public final class RecipeLabel {
  private RecipeLabel() {}

  public static String of(Recipe recipe, Setting.ComponentSource components) {
    List<Value.Call> sum = new ArrayList<>();
    List<Value.Call> pipe = new ArrayList<>();
    for (Component<?> c : recipe.components()) {
      (recipe.mergers().contains(c) ? pipe : sum).add(shortened(c, components));
    }
    return new RecipeText(sum, pipe).toString();
  }

  /** One component in the same way. */
  public static String of(Component<?> component, Setting.ComponentSource components) {
    return shortened(component, components).toString();
  }

  private static Value.Call shortened(Component<?> c, Setting.ComponentSource components) {
    SortedMap<String, Value> defaults =
        Settings.of(c.provider(), new TreeMap<>(), components).canonical();
    TreeMap<String, Value> told = new TreeMap<>();
    c.canonical()
        .arguments()
        .forEach(
            (key, value) -> {
              if (!value.equals(defaults.get(key))) {
                Component<?> nested = c.nested().get(key);
                told.put(key, nested == null ? value : shortened(nested, components));
              }
            });
    return new Value.Call(c.id().value(), told);
  }
}
