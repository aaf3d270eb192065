package io.github.palimpsest.results.analysis;

import io.github.palimpsest.results.statistics.Bootstrap;
import io.github.palimpsest.results.statistics.Interval;
import io.github.palimpsest.results.statistics.McNemar;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * A recipe against the baseline example by example, after the last task: whether an evaluation set
 * is large enough to tell them apart.
 *
 * @param recipe without its defaults
 * @param set the evaluation set
 * @param examples the number of its examples
 * @param difference the recipe's score minus the baseline's, the mean over seeds
 * @param bootstrap its paired bootstrap interval over examples; empty with one seed, because it
 *     would not include the variation between seeds
 * @param bySeed McNemar's test at each seed; empty for outcomes other than right or wrong
 */
public record ExampleDifference(
    String recipe,
    String set,
    int examples,
    double difference,
    Optional<Interval> bootstrap,
    List<Test> bySeed) {
  /** Copies the list. */
  public ExampleDifference {
    bySeed = List.copyOf(bySeed);
  }

  /**
   * McNemar's test at one seed: {@code lost} counts examples that the baseline has right and the
   * recipe wrong, {@code gained} the opposite.
   *
   * @param seed the seed
   * @param counts the discordant examples and their p-values
   * @param adjusted the exact p-value among all recipes and seeds on this set
   */
  public record Test(long seed, McNemar counts, Adjusted adjusted) {}

  /** Compares every recipe with the first one, on every set. */
  public static List<ExampleDifference> of(List<Observation> cells) {
    Map<String, Map<Long, Observation>> byRecipe = new LinkedHashMap<>();
    cells.forEach(c -> byRecipe.computeIfAbsent(c.recipe(), r -> new TreeMap<>()).put(c.seed(), c));
    if (byRecipe.size() < 2) {
      return List.of();
    }
    String baseline = byRecipe.keySet().iterator().next();
    List<ExampleDifference> all = new ArrayList<>();
    for (String set : cells.get(0).examples().keySet()) {
      List<ExampleDifference> ofSet = new ArrayList<>();
      byRecipe.forEach(
          (recipe, runs) -> {
            if (!recipe.equals(baseline)) {
              of(recipe, set, runs, byRecipe.getOrDefault(baseline, Map.of()))
                  .ifPresent(ofSet::add);
            }
          });
      all.addAll(adjusted(ofSet));
    }
    return all;
  }

  private static Optional<ExampleDifference> of(
      String recipe, String set, Map<Long, Observation> runs, Map<Long, Observation> base) {
    List<Test> tests = new ArrayList<>();
    double[] sum = {};
    double[] weights = {};
    int seeds = 0;
    for (Map.Entry<Long, Observation> e : runs.entrySet()) {
      Observation other = base.get(e.getKey());
      Examples y = e.getValue().examples().get(set);
      Examples x = other == null ? null : other.examples().get(set);
      if (x == null || y == null || x.outcomes().length != y.outcomes().length) {
        continue;
      }
      weights = y.weights();
      sum = seeds == 0 ? new double[weights.length] : sum;
      double[] before = x.outcomes();
      double[] after = y.outcomes();
      for (int i = 0; i < sum.length; i++) {
        sum[i] += after[i] - before[i];
      }
      if (x.judged() && y.judged()) {
        tests.add(new Test(e.getKey(), McNemar.of(right(before), right(after)), Adjusted.NOT_YET));
      }
      seeds++;
    }
    if (seeds == 0 || sum.length == 0) {
      return Optional.empty();
    }
    double total = 0;
    double estimate = 0;
    for (int i = 0; i < sum.length; i++) {
      sum[i] /= seeds;
      total += weights[i];
      estimate += weights[i] * sum[i];
    }
    Optional<Interval> bootstrap =
        seeds < 2 || sum.length < 2
            ? Optional.empty()
            : Optional.of(
                Bootstrap.weightedMean(
                    sum,
                    weights,
                    Resamples.EXAMPLES,
                    EffectSearch.CONFIDENCE,
                    Resamples.stream("bootstrap " + set + " " + recipe)));
    return Optional.of(
        new ExampleDifference(recipe, set, sum.length, estimate / total, bootstrap, tests));
  }

  private static boolean[] right(double[] outcomes) {
    boolean[] right = new boolean[outcomes.length];
    for (int i = 0; i < right.length; i++) {
      right[i] = outcomes[i] == 1;
    }
    return right;
  }

  private static List<ExampleDifference> adjusted(List<ExampleDifference> ofSet) {
    double[] p =
        ofSet.stream()
            .flatMap(d -> d.bySeed().stream())
            .mapToDouble(t -> t.counts().exactP())
            .toArray();
    List<Adjusted> adjusted = Adjusted.of(p);
    List<ExampleDifference> ready = new ArrayList<>();
    int next = 0;
    for (ExampleDifference d : ofSet) {
      List<Test> tests = new ArrayList<>();
      for (Test t : d.bySeed()) {
        tests.add(new Test(t.seed(), t.counts(), adjusted.get(next++)));
      }
      ready.add(
          new ExampleDifference(
              d.recipe(), d.set(), d.examples(), d.difference(), d.bootstrap(), tests));
    }
    return ready;
  }
}
