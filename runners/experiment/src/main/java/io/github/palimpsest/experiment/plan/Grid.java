package io.github.palimpsest.experiment.plan;

import static java.util.stream.Collectors.joining;
import static java.util.stream.Collectors.partitioningBy;
import static java.util.stream.Collectors.toSet;

import io.github.palimpsest.api.PalimpsestException;
import io.github.palimpsest.api.RuleViolationException;
import io.github.palimpsest.api.component.Component;
import io.github.palimpsest.api.component.Kind;
import io.github.palimpsest.api.discovery.PluginException;
import io.github.palimpsest.api.discovery.PluginRegistry;
import io.github.palimpsest.api.discovery.Recipe;
import io.github.palimpsest.api.recipe.RecipeText;
import io.github.palimpsest.api.recipe.Value;
import io.github.palimpsest.engine.Seats;
import io.github.palimpsest.experiment.file.Axis;
import io.github.palimpsest.experiment.file.Exclusion;
import io.github.palimpsest.experiment.file.Experiment;
import io.github.palimpsest.results.folder.GridPlan.Excluded;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The product of an experiment's axes: the recipes that can run, and those that cannot, each with
 * the rule that it breaks. Computed before anything runs.
 *
 * @param combinations in the order of the file, the last axis changing fastest
 * @param excluded in the same order
 * @param selected what the design took of all combinations
 */
public record Grid(List<Combination> combinations, List<Excluded> excluded, Selected selected) {
  private static final String EXCLUDE = "exclude";

  /** Copies the lists. */
  public Grid {
    combinations = List.copyOf(combinations);
    excluded = List.copyOf(excluded);
  }

  /**
   * One level of each axis.
   *
   * @param recipe the combined recipe
   * @param levels the written level of each axis, by the axis's name, in the order of the file
   */
  public record Combination(Recipe recipe, Map<String, String> levels) {
    /** Copies the levels. */
    public Combination {
      levels = Collections.unmodifiableMap(new LinkedHashMap<>(levels));
    }
  }

  /** The recipes of all combinations. */
  public List<Recipe> recipes() {
    return combinations.stream().map(Combination::recipe).toList();
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
    List<Factors.Factor> factors = Factors.of(experiment, registry);
    Selector selector = Selector.of(experiment.design().selection(), factors);
    requireLevels(experiment, selector.products(), registry);
    List<Combination> combinations = new ArrayList<>();
    List<Excluded> excluded = new ArrayList<>();
    Set<String> seen = new HashSet<>();
    for (List<Factors.Level> product : selector.products()) {
      List<Value.Call> calls = Factors.components(product, experiment.axes(), registry);
      try {
        Recipe written = recipe(calls, registry);
        requireWanted(written, experiment, registry);
        Recipe recipe = Clipping.around(written, experiment.clipNorm(), registry);
        requireRunnable(recipe, experiment, seen);
        Map<String, String> levels = new LinkedHashMap<>();
        for (int f = 0; f < product.size(); f++) {
          levels.put(factors.get(f).name(), product.get(f).label());
        }
        combinations.add(new Combination(recipe, levels));
      } catch (RuleViolationException e) {
        String levels = calls.stream().map(Object::toString).collect(joining(" + "));
        excluded.add(new Excluded(levels, e.rule(), e.getMessage()));
      }
    }
    return new Grid(selector.drawn(combinations), excluded, selector.selected(excluded));
  }

  /** Each component in its place: mergers after the others, in the order of the axes. */
  private static Recipe recipe(List<Value.Call> combination, PluginRegistry registry) {
    Map<Boolean, List<Value.Call>> byPipe =
        combination.stream()
            .collect(partitioningBy(c -> registry.find(c.name()).provider().kind() == Kind.MERGER));
    if (byPipe.get(false).isEmpty()) {
      throw new RuleViolationException("seat", "the combination has no optimizer (rule seat)");
    }
    return registry.recipe(new RecipeText(byPipe.get(false), byPipe.get(true)));
  }

  /** A rule about what no combination has is a mistake. */
  private static void requireLevels(
      Experiment experiment, List<List<Factors.Level>> products, PluginRegistry registry) {
    if (experiment.exclusions().isEmpty()) {
      return;
    }
    Set<Value.Call> levels = new LinkedHashSet<>();
    products.forEach(p -> levels.addAll(Factors.components(p, experiment.axes(), registry)));
    List<String> axes = experiment.axes().stream().map(Axis::name).toList();
    experiment.exclusions().forEach(rule -> rule.requireLevels(axes, levels, registry));
  }

  private static void requireWanted(Recipe recipe, Experiment experiment, PluginRegistry registry) {
    for (Exclusion rule : experiment.exclusions()) {
      if (rule.matches(recipe, registry)) {
        throw new RuleViolationException(EXCLUDE, leftOut(rule));
      }
    }
  }

  private static String leftOut(Exclusion rule) {
    return "left out by the experiment's own rule '" + rule + "'";
  }

  /** What is said of each rule of the file that leaves out no combination. */
  static List<String> idleRules(Experiment experiment, List<Excluded> excluded) {
    Set<String> used =
        excluded.stream()
            .filter(e -> e.rule().equals(EXCLUDE))
            .map(Excluded::reason)
            .collect(toSet());
    return experiment.exclusions().stream()
        .filter(rule -> !used.contains(leftOut(rule)))
        .map(
            rule ->
                rule.place()
                    + ": the rule '"
                    + rule
                    + "' leaves out no combination that other rules do not leave out already")
        .toList();
  }

  private static void requireRunnable(Recipe recipe, Experiment experiment, Set<String> seen) {
    if (experiment.corpus().isEmpty()) {
      recipe.components().stream()
          .flatMap(c -> usingCorpus(c).stream())
          .findFirst()
          .ifPresent(
              c -> {
                throw new RuleViolationException(
                    "corpus",
                    "'"
                        + c.id()
                        + "' needs a corpus of pretraining data, and the experiment has"
                        + " no 'corpus: {name: NAME, data: FILE}' (rule corpus)");
              });
    }
    if (!experiment.probes().isEmpty()) {
      recipe.requireMergeable("'probes:' look at merged weights");
    }
    tried(
        () ->
            Seats.of(recipe, experiment.training())); // breaks rules that only the components know
    if (!seen.add(recipe.toString())) {
      throw new RuleViolationException("duplicate", "the grid has the same recipe already");
    }
  }

  /** The component itself, or a wrapped one. */
  private static <T> Optional<Component<?>> usingCorpus(Component<T> component) {
    return component.provider().usesCorpus(component.settings())
        ? Optional.of(component)
        : component.nested().values().stream().flatMap(c -> usingCorpus(c).stream()).findFirst();
  }

  private static void check(Axis axis, Axis.Level level, PluginRegistry registry) {
    for (Value.Call call : calls(level.text())) {
      try {
        Component<?> component = registry.component(call);
        Kind kind = component.provider().kind();
        boolean seated = kind.compareTo(Kind.MERGER) <= 0;
        if (!seated || axis.kind().filter(k -> k != kind).isPresent()) {
          throw new PalimpsestException(
              "'"
                  + call.name()
                  + "' is of kind "
                  + kind.label()
                  + " and cannot be a level of axis '"
                  + axis.name()
                  + "'");
        }
        tried(component::create); // settings that exclude each other
      } catch (PalimpsestException e) {
        throw level.place().error(e);
      }
    }
  }

  /** Creates components to find out whether they refuse with a {@link PalimpsestException}. */
  public static void tried(Runnable creation) {
    try {
      creation.run();
    } catch (PluginException e) {
      return; // an error of a third party: its cells fail, and the others run
    }
  }

  /** The components of a level, {@code none} left out. */
  static List<Value.Call> calls(RecipeText level) {
    List<Value.Call> all = new ArrayList<>(level.sum());
    all.addAll(level.pipe());
    all.removeIf(c -> c.name().equals(Axis.NONE));
    return all;
  }
}
