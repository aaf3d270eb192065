package io.github.palimpsest.results.analysis;

import io.github.palimpsest.results.statistics.SeedContrast;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.TreeMap;

/**
 * Every recipe against the first one on one outcome, seed by seed, within the stage of the last
 * task: after equally many steps, after equally many passes, and at equal loss of this task. A
 * recipe that learns less usually forgets less; at equal loss both have learned the same.
 *
 * <p>At each seed the two recipes are compared at the larger of their two last losses, which both
 * reach, and at the smaller of their two numbers of steps and of passes.
 *
 * @param outcome what is compared
 * @param task the task whose loss it is
 * @param baseline the recipe that others are compared with: the first of the plan
 * @param curves the curves of all cells that have one, in the order of the plan
 * @param comparisons of the other recipes, in the order of the plan
 * @param notes the recipes that are left out, and why, in sentences without a full stop
 */
public record EqualLoss(
    Outcome outcome,
    String task,
    String baseline,
    List<ForgettingCurve> curves,
    List<EqualLoss.Comparison> comparisons,
    List<String> notes) {
  /** How two recipes are compared, for readers. */
  public static final String RULE =
      "At equal loss: at each seed both recipes are read where the loss of the new task first falls"
          + " to the larger of their two last losses, on the straight line between neighbouring"
          + " points of the stage. At equal steps and passes: after the smaller of the two numbers"
          + " of the stage. Earlier stages are as they were trained, and a recipe that is read"
          + " before its last step has the schedule of the whole stage";

  /** Copies the lists. */
  public EqualLoss {
    curves = List.copyOf(curves);
    comparisons = List.copyOf(comparisons);
    notes = List.copyOf(notes);
  }

  /** What is equal for both recipes. */
  public enum At {
    /** Training steps of the stage. */
    STEPS("steps"),
    /** Declared forward-and-backward passes of the stage. */
    PASSES("passes"),
    /** The loss of the new task. */
    LOSS("loss");

    private final String word;

    At(String word) {
      this.word = word;
    }

    @Override
    public String toString() {
      return word;
    }

    /** The number at which two curves are compared. */
    private double matched(ForgettingCurve a, ForgettingCurve b) {
      return switch (this) {
        case STEPS -> Math.min(a.end().step(), b.end().step());
        case PASSES -> Math.min(a.passes(), b.passes());
        case LOSS -> Math.max(a.end().loss(), b.end().loss());
      };
    }

    private OptionalDouble of(ForgettingCurve curve, double matched) {
      return switch (this) {
        case STEPS -> curve.atStep(matched);
        case PASSES -> curve.atPasses(matched);
        case LOSS -> curve.atLoss(matched);
      };
    }
  }

  /**
   * A recipe against the baseline.
   *
   * @param at what is equal
   * @param difference the recipe minus the baseline within each seed; exploratory
   * @param seeds the numbers behind it
   * @param leftOut seeds that both have, and at which one has no points or does not reach the
   *     matched number
   */
  public record Comparison(At at, Difference difference, List<Seed> seeds, int leftOut) {
    /** Copies the list. */
    public Comparison {
      seeds = List.copyOf(seeds);
    }

    /** The mean of the matched numbers over seeds; NaN without any. */
    public double matched() {
      return seeds.stream().mapToDouble(Seed::matched).average().orElse(Double.NaN);
    }
  }

  /**
   * Two recipes at one seed.
   *
   * @param seed the seed
   * @param matched the steps, passes or loss at which they are compared
   * @param value the outcome of the recipe there
   * @param control the outcome of the baseline there
   */
  public record Seed(long seed, double matched, double value, double control) {}

  /**
   * Compares curves.
   *
   * @param baseline the recipe that others are compared with
   * @param cells a curve for each cell, without points if it has none, in the order of the plan
   * @param notes what was left out before
   */
  public static EqualLoss of(
      Outcome outcome,
      String task,
      String baseline,
      List<ForgettingCurve> cells,
      List<String> notes) {
    Map<String, Map<Long, ForgettingCurve>> byRecipe = new LinkedHashMap<>();
    cells.forEach(c -> byRecipe.computeIfAbsent(c.recipe(), r -> new TreeMap<>()).put(c.seed(), c));
    Map<Long, ForgettingCurve> base = byRecipe.getOrDefault(baseline, Map.of());
    byRecipe.remove(baseline);
    Map<At, List<Comparison>> byKind = new LinkedHashMap<>();
    for (At at : At.values()) {
      List<Comparison> all = new ArrayList<>();
      byRecipe.forEach((recipe, own) -> all.add(comparison(at, recipe, own, base, outcome)));
      byKind.put(at, judged(all.stream().filter(c -> !c.seeds().isEmpty()).toList()));
    }
    List<Comparison> ordered = new ArrayList<>();
    for (String recipe : byRecipe.keySet()) {
      byKind
          .values()
          .forEach(
              all ->
                  all.stream()
                      .filter(c -> c.difference().recipe().equals(recipe))
                      .forEach(ordered::add));
    }
    return new EqualLoss(
        outcome,
        task,
        baseline,
        cells.stream().filter(c -> !c.points().isEmpty()).toList(),
        ordered,
        notes);
  }

  private static Comparison comparison(
      At at,
      String recipe,
      Map<Long, ForgettingCurve> own,
      Map<Long, ForgettingCurve> base,
      Outcome outcome) {
    List<Seed> seeds = new ArrayList<>();
    int leftOut = 0;
    for (Map.Entry<Long, ForgettingCurve> e : own.entrySet()) {
      ForgettingCurve control = base.get(e.getKey());
      if (control == null) {
        continue;
      }
      ForgettingCurve curve = e.getValue();
      boolean known = !curve.points().isEmpty() && !control.points().isEmpty();
      double matched = known ? at.matched(curve, control) : Double.NaN;
      OptionalDouble value = known ? at.of(curve, matched) : OptionalDouble.empty();
      OptionalDouble there = known ? at.of(control, matched) : OptionalDouble.empty();
      if (value.isPresent() && there.isPresent()) {
        seeds.add(new Seed(e.getKey(), matched, value.getAsDouble(), there.getAsDouble()));
      } else {
        leftOut++;
      }
    }
    double[] d = seeds.stream().mapToDouble(s -> s.value() - s.control()).toArray();
    return new Comparison(
        at,
        new Difference(recipe, new SeedContrast(d, outcome.resolution()), Conclusion.NONE),
        seeds,
        leftOut);
  }

  /** Holm over the recipes at which the same is equal. */
  private static List<Comparison> judged(List<Comparison> all) {
    List<Conclusion> conclusions =
        Conclusion.of(
            all.stream().map(c -> c.difference().seeds().test()).toList(),
            false,
            OptionalDouble.empty(),
            AnalysisSettings.CONFIDENCE);
    List<Comparison> ready = new ArrayList<>();
    for (int i = 0; i < all.size(); i++) {
      Comparison c = all.get(i);
      Difference d = c.difference();
      ready.add(
          new Comparison(
              c.at(),
              new Difference(d.recipe(), d.seeds(), conclusions.get(i)),
              c.seeds(),
              c.leftOut()));
    }
    return ready;
  }

  /** The curves of a recipe. */
  public List<ForgettingCurve> curvesOf(String recipe) {
    return curves.stream().filter(c -> c.recipe().equals(recipe)).toList();
  }

  /** The recipes that have a curve, in the order of the plan. */
  public List<String> recipes() {
    return curves.stream().map(ForgettingCurve::recipe).distinct().toList();
  }

  /** The caveats of the seeds that the comparisons rest on, each once. */
  public List<String> caveats() {
    return comparisons.stream()
        .map(c -> c.difference().seeds().evidence().words())
        .filter(w -> !w.isEmpty())
        .distinct()
        .toList();
  }

  /** The rule, the caveats and what is left out, in sentences. */
  public List<String> sentences() {
    List<String> all = new ArrayList<>(List.of(RULE));
    all.addAll(caveats());
    int leftOut =
        comparisons.stream().filter(c -> c.at() == At.LOSS).mapToInt(Comparison::leftOut).sum();
    if (leftOut > 0) {
      all.add(
          leftOut
              + (leftOut == 1 ? " pair of cells is" : " pairs of cells are")
              + " left out, because one of them has no points or does not reach the matched loss");
    }
    all.addAll(notes);
    return all;
  }
}
