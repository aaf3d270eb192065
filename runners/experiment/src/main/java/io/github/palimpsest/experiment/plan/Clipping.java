package io.github.palimpsest.experiment.plan;

import io.github.palimpsest.api.PalimpsestException;
import io.github.palimpsest.api.discovery.PluginRegistry;
import io.github.palimpsest.api.discovery.Recipe;
import io.github.palimpsest.api.recipe.RecipeText;
import io.github.palimpsest.api.recipe.Value;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * The short form of clipping: {@code training: {clip-norm: 1}} and {@code --clip-norm 1} stand for
 * {@code clip-norm(max=1, base=...)} around the optimizer. Both spellings are one recipe with one
 * canonical text.
 */
public final class Clipping {
  private static final String WRAPPER = "clip-norm";

  private Clipping() {}

  /**
   * A recipe whose optimizer is clipped.
   *
   * @param recipe the recipe as written
   * @param max the largest norm of a gradient over all parameters; 0 leaves the recipe as it is
   * @param registry where components come from
   * @throws PalimpsestException if no plugin has {@code clip-norm}, or the norm is out of its range
   */
  public static Recipe around(Recipe recipe, double max, PluginRegistry registry) {
    if (max == 0) {
      return recipe;
    }
    RecipeText text = recipe.text();
    List<Value.Call> sum = new ArrayList<>(text.sum());
    Map<String, Value> settings =
        Map.of("base", recipe.optimizer().canonical(), "max", new Value.Num(max));
    sum.set(0, new Value.Call(WRAPPER, new TreeMap<>(settings))); // the optimizer's seat is first
    return registry.recipe(new RecipeText(sum, text.pipe()));
  }
}
