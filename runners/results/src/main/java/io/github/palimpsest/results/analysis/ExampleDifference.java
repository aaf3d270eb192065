package io.github.palimpsest.results.analysis;

import io.github.palimpsest.results.statistics.Bootstrap;
import io.github.palimpsest.results.statistics.Interval;
import io.github.palimpsest.results.statistics.McNemar;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * A recipe against the baseline example by example, after the last task: whether an evaluation set
 * is large enough to tell them apart. Two questions have two answers: the exact test is of these
 * trained models alone, and the bootstrap over seeds and examples is of what other seeds would
 * give.
 *
 * @param recipe without its defaults
 * @param set the evaluation set
 * @param examples the number of its examples
 * @param difference the recipe's score minus the baseline's, the mean over seeds
 * @param bootstrap its expanded percentile interval, drawing seeds, then examples; empty with fewer
 *     than five seeds
 * @param bySeed the changed examples at each seed; empty for outcomes that are not right or wrong
 * @param adjusted the exact p-value over all seeds, among all recipes on this set; NaN where there
 *     are no such examples
 */
public record ExampleDifference(
    String recipe,
    String set,
    int examples,
    double difference,
    Optional<Interval> bootstrap,
    List<Flips> bySeed,
    Adjusted adjusted) {
  /** Seeds from which the bootstrap over seeds and examples is given. */
  private static final int FOR_BOOTSTRAP = 5;

  /** Copies the list. */
  public ExampleDifference {
    bySeed = List.copyOf(bySeed);
  }

  /**
   * The examples that changed at one seed: {@code lost} counts those that the baseline has right
   * and the recipe wrong, {@code gained} the opposite.
   *
   * @param seed the seed
   * @param counts how many
   */
  public record Flips(long seed, McNemar counts) {}

  /**
   * The changed examples of all seeds together, whose {@link McNemar#exactP exact p-value} is the
   * stratified test of these trained models; empty for outcomes that are not right or wrong.
   */
  public Optional<McNemar> allSeeds() {
    return bySeed.isEmpty()
        ? Optional.empty()
        : Optional.of(McNemar.stratified(bySeed.stream().map(Flips::counts).toList()));
  }

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
    List<Flips> flips = new ArrayList<>();
    List<double[]> differences = new ArrayList<>();
    double[] weights = {};
    for (Map.Entry<Long, Observation> e : runs.entrySet()) {
      Observation other = base.get(e.getKey());
      Examples y = e.getValue().examples().get(set);
      Examples x = other == null ? null : other.examples().get(set);
      if (x == null || y == null || x.outcomes().length != y.outcomes().length) {
        continue;
      }
      weights = y.weights();
      double[] before = x.outcomes();
      double[] after = y.outcomes();
      double[] difference = new double[weights.length];
      for (int i = 0; i < difference.length; i++) {
        difference[i] = after[i] - before[i];
      }
      differences.add(difference);
      if (x.judged() && y.judged()) {
        flips.add(new Flips(e.getKey(), McNemar.of(right(before), right(after))));
      }
    }
    if (differences.isEmpty() || weights.length == 0) {
      return Optional.empty();
    }
    Optional<Interval> bootstrap =
        differences.size() < FOR_BOOTSTRAP || weights.length < 2
            ? Optional.empty()
            : Optional.of(
                Bootstrap.hierarchical(
                    differences.toArray(double[][]::new),
                    weights,
                    Resamples.EXAMPLES,
                    AnalysisSettings.CONFIDENCE,
                    Resamples.stream("bootstrap " + set + " " + recipe)));
    return Optional.of(
        new ExampleDifference(
            recipe,
            set,
            weights.length,
            mean(differences, weights),
            bootstrap,
            flips,
            Adjusted.NOT_YET));
  }

  /** The mean over seeds of the weighted mean over examples. */
  private static double mean(List<double[]> differences, double[] weights) {
    double total = Arrays.stream(weights).sum();
    double sum = 0;
    for (double[] d : differences) {
      for (int i = 0; i < d.length; i++) {
        sum += weights[i] * d[i];
      }
    }
    return sum / total / differences.size();
  }

  private static boolean[] right(double[] outcomes) {
    boolean[] right = new boolean[outcomes.length];
    for (int i = 0; i < right.length; i++) {
      right[i] = outcomes[i] == 1;
    }
    return right;
  }

  private static List<ExampleDifference> adjusted(List<ExampleDifference> ofSet) {
    List<Adjusted> adjusted =
        Adjusted.of(
            ofSet.stream()
                .flatMap(d -> d.allSeeds().stream())
                .mapToDouble(McNemar::exactP)
                .toArray());
    List<ExampleDifference> ready = new ArrayList<>();
    int next = 0;
    for (ExampleDifference d : ofSet) {
      ready.add(d.allSeeds().isEmpty() ? d : d.with(adjusted.get(next++)));
    }
    return ready;
  }

  private ExampleDifference with(Adjusted other) {
    return new ExampleDifference(recipe, set, examples, difference, bootstrap, bySeed, other);
  }
}
