package io.github.palimpsest.ablation;

import static java.util.stream.Collectors.joining;
import static java.util.stream.Collectors.partitioningBy;

import io.github.palimpsest.api.Component;
import io.github.palimpsest.api.Kind;
import io.github.palimpsest.api.PalimpsestException;
import io.github.palimpsest.api.RecipeText;
import io.github.palimpsest.api.RuleViolationException;
import io.github.palimpsest.api.Value;
import io.github.palimpsest.api.discovery.PluginRegistry;
import io.github.palimpsest.api.discovery.Recipe;
import io.github.palimpsest.engine.Strategy;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/**
 * The product of an experiment's axes: the recipes that can run, and those that cannot, each with
 * the rule that it breaks. Known before anything runs.
 *
 * @param recipes in the order of the file, the last axis changing fastest
 * @param excluded in the same order
 */
public record Grid(List<Recipe> recipes, List<Excluded> excluded) {
  /** Copies the lists. */
  public Grid {
    recipes = List.copyOf(recipes);
    excluded = List.copyOf(excluded);
  }

  /**
   * Builds the grid.
   *
   * @throws PalimpsestException with its place in the file, if a level names an unknown component,
   *     has a wrong setting, or is of another kind than its axis
   */
  public static Grid of(Experiment experiment, PluginRegistry registry) {
    experiment.axes().forEach(axis -> axis.levels().forEach(l -> check(axis, l, registry)));
    experiment.exclusions().forEach(rule -> rule.check(registry));
    List<List<Value.Call>> combinations = List.of(List.of());
    for (Axis axis : experiment.axes()) {
      List<List<Value.Call>> longer = new ArrayList<>();
      for (List<Value.Call> combination : combinations) {
        for (Axis.Level level : axis.levels()) {
          longer.add(Stream.concat(combination.stream(), calls(level.text()).stream()).toList());
        }
      }
      combinations = longer;
    }
    List<Recipe> recipes = new ArrayList<>();
    List<Excluded> excluded = new ArrayList<>();
    Set<String> seen = new HashSet<>();
    for (List<Value.Call> combination : combinations) {
      try {
        Recipe recipe = recipe(combination, registry);
        requireRunnable(recipe, experiment.exclusions(), seen);
        recipes.add(recipe);
      } catch (RuleViolationException e) {
        String levels = combination.stream().map(Object::toString).collect(joining(" + "));
        excluded.add(new Excluded(levels, e.rule(), e.getMessage()));
      }
    }
    return new Grid(recipes, excluded);
  }

  /** Each component to its own seat: mergers after the others, in the order of the axes. */
  private static Recipe recipe(List<Value.Call> combination, PluginRegistry registry) {
    Map<Boolean, List<Value.Call>> byPipe =
        combination.stream()
            .collect(partitioningBy(c -> registry.find(c.name()).provider().kind() == Kind.MERGER));
    if (byPipe.get(false).isEmpty()) {
      throw new RuleViolationException("seat", "the combination has no optimizer (rule seat)");
    }
    return registry.recipe(new RecipeText(byPipe.get(false), byPipe.get(true)));
  }

  private static void requireRunnable(Recipe recipe, List<Exclusion> rules, Set<String> seen) {
    for (Exclusion rule : rules) {
      if (rule.matches(recipe)) {
        throw new RuleViolationException(
            "exclude", "left out by the experiment's own rule '" + rule + "'");
      }
    }
    Strategy.of(recipe); // breaks rules that only the components themselves know
    if (!seen.add(recipe.toString())) {
      throw new RuleViolationException("duplicate", "the grid has the same recipe already");
    }
  }

  private static void check(Axis axis, Axis.Level level, PluginRegistry registry) {
    for (Value.Call call : calls(level.text())) {
      try {
        Component<?> component = registry.component(call);
        Kind kind = component.provider().kind();
        if (kind == Kind.METRIC
            || kind == Kind.PROBE
            || axis.kind().filter(k -> k != kind).isPresent()) {
          throw new PalimpsestException(
              "'"
                  + call.name()
                  + "' is of kind "
                  + kind.label()
                  + " and cannot be a level of axis '"
                  + axis.name()
                  + "'");
        }
        component.create(); // settings that do not go together
      } catch (PalimpsestException e) {
        throw level.place().error(e);
      }
    }
  }

  /** The components of a level, {@code none} left out. */
  private static List<Value.Call> calls(RecipeText level) {
    List<Value.Call> all = new ArrayList<>(level.sum());
    all.addAll(level.pipe());
    all.removeIf(c -> c.name().equals(Axis.NONE));
    return all;
  }
}
