package io.github.palimpsest.results.analysis;

import io.github.palimpsest.results.statistics.Additive;
import io.github.palimpsest.results.statistics.Factorial;
import io.github.palimpsest.results.statistics.SeedContrast;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Finds the effects of axes on an outcome, by {@link Factorial} if the grid is full. */
final class EffectSearch {
  private final Outcome outcome;
  private final AnalysisSettings settings;
  private final List<Factorial.Factor> factors;
  private final List<Long> seeds;
  private final int undefined;
  private final boolean twoLevels;
  private final List<String> leftOut;
  private final Map<List<String>, double[]> bySeed = new LinkedHashMap<>();

  EffectSearch(Outcome outcome, List<Observation> cells, AnalysisSettings settings) {
    this.outcome = outcome;
    this.settings = settings;
    // a level whose cells all lack the outcome, such as a merger at the end, is not compared
    List<Observation> defined =
        cells.stream().filter(c -> Double.isFinite(c.outcome(outcome.name()))).toList();
    List<Observation> compared = defined.isEmpty() ? cells : defined;
    this.undefined = cells.size() - defined.size();
    this.factors = factors(compared);
    this.twoLevels = !factors(cells).isEmpty();
    List<Map.Entry<String, String>> levels = levels(cells);
    levels.removeAll(levels(compared));
    this.leftOut = levels.stream().map(Map.Entry::getValue).toList();
    TreeSet<Long> all = new TreeSet<>();
    cells.forEach(c -> all.add(c.seed()));
    this.seeds = List.copyOf(all);
    for (Observation c : compared) {
      double[] values =
          bySeed.computeIfAbsent(
              factors.stream().map(f -> c.levels().getOrDefault(f.name(), "")).toList(),
              k -> {
                double[] none = new double[seeds.size()];
                Arrays.fill(none, Double.NaN);
                return none;
              });
      values[seeds.indexOf(c.seed())] = c.outcome(outcome.name());
    }
    bySeed.values().removeIf(v -> Arrays.stream(v).anyMatch(y -> !Double.isFinite(y)));
  }

  /** All levels with their axes. */
  private static List<Map.Entry<String, String>> levels(List<Observation> cells) {
    return cells.stream()
        .flatMap(c -> c.levels().entrySet().stream())
        .distinct()
        .collect(Collectors.toCollection(ArrayList::new));
  }

  /** The axes with more than one level, in the order of the file. */
  private static List<Factorial.Factor> factors(List<Observation> cells) {
    Map<String, Set<String>> levels = new LinkedHashMap<>();
    for (Observation c : cells) {
      c.levels()
          .forEach((axis, l) -> levels.computeIfAbsent(axis, a -> new LinkedHashSet<>()).add(l));
    }
    return levels.entrySet().stream()
        .filter(e -> e.getValue().size() > 1)
        .map(e -> new Factorial.Factor(e.getKey(), List.copyOf(e.getValue())))
        .toList();
  }

  Effects effects() {
    if (factors.isEmpty()) {
      // without two levels at all, the outcome is not the reason
      boolean lacking = undefined > 0 && twoLevels;
      return Effects.none(
          outcome,
          seeds.size(),
          "no axis has two levels" + (lacking ? " whose cells have " + outcome.name() : ""));
    }
    if (seeds.size() < 2) {
      return Effects.none(
          outcome, seeds.size(), SeedContrast.Evidence.SINGLE.words() + "; run at least 3");
    }
    List<List<String>> combinations = combinations();
    boolean full = bySeed.keySet().containsAll(combinations);
    boolean pooled = settings.model() == AnalysisSettings.Model.POOLED;
    Effects.Basis basis =
        !full ? Effects.Basis.MATCHED : pooled ? Effects.Basis.POOLED : Effects.Basis.BY_SEED;
    List<Effect> main = full ? new ArrayList<>() : matched(false);
    List<Effect> interactions = full ? new ArrayList<>() : matched(true);
    if (full) {
      double[][] table = combinations.stream().map(this::values).toArray(double[][]::new);
      Factorial factorial = new Factorial(factors, table);
      factorial.mainEffects().stream()
          .filter(this::compared)
          .forEach(c -> main.add(effect(c, pooled)));
      factorial.interactions().forEach(c -> interactions.add(effect(c, pooled)));
    } else if (main.size() < pairsOfLevels()) {
      List<Effect> additive = additive();
      if (additive.size() > main.size()) {
        basis = Effects.Basis.ADDITIVE;
        main.clear();
        main.addAll(additive);
        interactions.clear();
      }
    }
    if (main.isEmpty()) {
      return Effects.none(
          outcome,
          seeds.size(),
          bySeed.isEmpty() && undefined > 0
              ? "no cell that has finished at every seed has " + outcome.name()
              : "the cells that have finished at every seed do not tell the axes apart, for "
                  + outcome.name());
    }
    return new Effects(outcome, seeds.size(), basis, main, interactions, "", leftOut);
  }

  /** Whether the levels of a main effect are compared under these settings. */
  private boolean compared(Factorial.Contrast c) {
    return factors.stream()
        .filter(f -> f.name().equals(c.effect()))
        .allMatch(f -> settings.compares(f.levels().indexOf(c.low())));
  }

  private double[] values(List<String> levels) {
    double[] values = bySeed.get(levels);
    if (values == null) {
      throw new IllegalArgumentException(levels + " is missing");
    }
    return values;
  }

  /** All combinations of levels, the last axis changing fastest. */
  private List<List<String>> combinations() {
    List<List<String>> products = List.of(List.of());
    for (Factorial.Factor f : factors) {
      products =
          products.stream()
              .flatMap(
                  p ->
                      f.levels().stream()
                          .map(l -> Stream.concat(p.stream(), Stream.of(l)).toList()))
              .toList();
    }
    return products;
  }

  private Effect effect(Factorial.Contrast c, boolean pooled) {
    String[] axes = c.effect().split(" x ", 2);
    int combinations = 0;
    for (double w : c.weights()) {
      combinations += w == 0 ? 0 : 1;
    }
    return new Effect(
        axes[0],
        axes.length > 1 ? axes[1] : "",
        c.high(),
        c.low(),
        c.otherHigh(),
        c.otherLow(),
        combinations / (axes.length > 1 ? 4 : 2),
        new SeedContrast(c.perSeed(), outcome.resolution(), settings.first(seeds)),
        pooled ? c.test() : Optional.empty(),
        Conclusion.NONE);
  }

  /** Effects over the combinations that have all sides of a contrast at every seed. */
  private List<Effect> matched(boolean interactions) {
    List<Effect> effects = new ArrayList<>();
    for (int f = 0; f < factors.size(); f++) {
      List<String> a = factors.get(f).levels();
      if (!interactions) {
        for (int low = 0; low < a.size() && settings.compares(low); low++) {
          for (int high = low + 1; high < a.size(); high++) {
            matched(f, a.get(high), a.get(low), -1, "", "").ifPresent(effects::add);
          }
        }
        continue;
      }
      for (int g = f + 1; g < factors.size(); g++) {
        List<String> b = factors.get(g).levels();
        for (int i = 1; i < a.size(); i++) {
          for (int j = 1; j < b.size(); j++) {
            matched(f, a.get(i), a.get(0), g, b.get(j), b.get(0)).ifPresent(effects::add);
          }
        }
      }
    }
    return effects;
  }

  private Optional<Effect> matched(
      int f, String high, String low, int g, String otherHigh, String otherLow) {
    double[] perSeed = new double[seeds.size()];
    int count = 0;
    for (List<String> at : bySeed.keySet()) {
      if (!at.get(f).equals(high) || (g >= 0 && !at.get(g).equals(otherHigh))) {
        continue;
      }
      Map<List<String>, Integer> corners = new LinkedHashMap<>();
      corners.put(at, 1);
      corners.put(replaced(at, f, low), -1);
      if (g >= 0) {
        corners.put(replaced(at, g, otherLow), -1);
        corners.put(replaced(replaced(at, f, low), g, otherLow), 1);
      }
      if (bySeed.keySet().containsAll(corners.keySet())) {
        count++;
        corners.forEach(
            (levels, sign) -> {
              for (int s = 0; s < perSeed.length; s++) {
                perSeed[s] += sign * values(levels)[s];
              }
            });
      }
    }
    if (count == 0) {
      return Optional.empty();
    }
    for (int s = 0; s < perSeed.length; s++) {
      perSeed[s] /= count;
    }
    return Optional.of(
        bySeed(
            factors.get(f),
            g < 0 ? Optional.empty() : Optional.of(factors.get(g)),
            List.of(high, low, otherHigh, otherLow),
            count,
            perSeed));
  }

  private int pairsOfLevels() {
    return factors.stream()
        .mapToInt(f -> f.levels().size())
        .map(n -> settings.compares(1) ? n * (n - 1) / 2 : n - 1)
        .sum();
  }

  /** Main effects by least squares, for levels that the present cells can tell apart. */
  private List<Effect> additive() {
    List<List<String>> cells = List.copyOf(bySeed.keySet());
    if (cells.isEmpty()) {
      return List.of();
    }
    int[][] levels = new int[cells.size()][factors.size()];
    for (int c = 0; c < levels.length; c++) {
      for (int f = 0; f < factors.size(); f++) {
        levels[c][f] = factors.get(f).levels().indexOf(cells.get(c).get(f));
      }
    }
    Additive model = new Additive(factors.stream().map(f -> f.levels().size()).toList(), levels);
    List<Effect> effects = new ArrayList<>();
    for (int f = 0; f < factors.size(); f++) {
      for (int low = 0; low < factors.get(f).levels().size() && settings.compares(low); low++) {
        for (int high = low + 1; high < factors.get(f).levels().size(); high++) {
          Optional<double[]> weights = model.weights(f, high, low);
          if (weights.isPresent()) {
            effects.add(additive(f, high, low, cells, weights.get()));
          }
        }
      }
    }
    return effects;
  }

  private Effect additive(int f, int high, int low, List<List<String>> cells, double[] weights) {
    double[] perSeed = new double[seeds.size()];
    for (int c = 0; c < weights.length; c++) {
      for (int s = 0; s < perSeed.length; s++) {
        perSeed[s] += weights[c] * values(cells.get(c))[s];
      }
    }
    Factorial.Factor factor = factors.get(f);
    return bySeed(
        factor,
        Optional.empty(),
        List.of(factor.levels().get(high), factor.levels().get(low), "", ""),
        cells.size(),
        perSeed);
  }

  /** An effect with an interval over its values at each seed. */
  private Effect bySeed(
      Factorial.Factor factor,
      Optional<Factorial.Factor> other,
      List<String> levels,
      int combinations,
      double[] perSeed) {
    return new Effect(
        factor.name(),
        other.map(Factorial.Factor::name).orElse(""),
        levels.get(0),
        levels.get(1),
        levels.get(2),
        levels.get(3),
        combinations,
        new SeedContrast(perSeed, outcome.resolution(), settings.first(seeds)),
        Optional.empty(),
        Conclusion.NONE);
  }

  private static List<String> replaced(List<String> levels, int index, String level) {
    List<String> other = new ArrayList<>(levels);
    other.set(index, level);
    return List.copyOf(other);
  }
}
