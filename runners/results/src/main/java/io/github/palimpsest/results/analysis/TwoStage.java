package io.github.palimpsest.results.analysis;

import io.github.palimpsest.results.statistics.Interval;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.random.RandomGenerator;
import java.util.stream.LongStream;
import java.util.stream.Stream;

/**
 * Stein's two-stage rule (Stein 1945, Annals of Mathematical Statistics 16, 243-258) for intervals
 * of a wanted width. The first {@code n0} seeds give the standard deviation {@code s} of each
 * primary contrast, and with it the number of seeds:
 *
 * <pre>
 *   n = max(n0, max over contrasts of ceil((2 t(1 - alpha' / 2, n0 - 1) s / width)^2)), at most {@code most}
 *   interval:  mean of all n seeds +- t(1 - alpha' / 2, n0 - 1) s / sqrt(n),  alpha' = 0.05 / contrasts
 * </pre>
 *
 * <p>For normal contrasts the coverage is exact, whether or not {@code most} ends it early: {@code
 * n} is a function of the standard deviations of the first stage, and the mean of all seeds is
 * independent of these. This holds for every contrast over the same seeds, so the analysis takes
 * all its t intervals over seeds from the spread of the first stage.
 *
 * @param width the wanted width of the simultaneous intervals of the primary family, from end to
 *     end, in the unit of the primary outcomes
 * @param most the largest number of seeds
 * @param first the seeds of the first stage; all others are larger
 * @param needed the seeds that the width needs, which may be more than {@code most}; empty before
 *     the first stage is finished
 */
public record TwoStage(double width, int most, List<Long> first, OptionalInt needed)
    implements SeedRule {
  /** The fewest seeds of a first stage: with fewer, intervals carry a caveat. */
  public static final int FEWEST = 5;

  /** What rounding may add to a number of seeds or to a width. */
  private static final double ROUNDING = 1e-9;

  /**
   * @throws IllegalArgumentException if the width is not positive, or the first stage has fewer
   *     than two seeds or more than {@code most}
   */
  public TwoStage {
    first = List.copyOf(first);
    if (!(width > 0) || first.size() < 2 || first.size() > most) {
      throw new IllegalArgumentException(
          "a width of " + width + " with " + first + " and at most " + most + " seeds");
    }
  }

  /**
   * The rule for made-up grids, whose seeds count from 0.
   *
   * @param stage the seeds of the first stage
   */
  public static TwoStage simulated(double width, int most, int stage) {
    return new TwoStage(
        width, most, LongStream.range(0, stage).boxed().toList(), OptionalInt.empty());
  }

  /** How many of some seeds are of the first stage. */
  int first(Collection<Long> seeds) {
    long last = first.stream().mapToLong(Long::longValue).max().orElseThrow();
    return (int) seeds.stream().filter(s -> s <= last).count();
  }

  /**
   * The number of seeds that the width needs, by the spread of the first stage.
   *
   * @param effects of the first stage, judged
   * @return at least the seeds of the first stage; empty if no primary contrast has an interval
   */
  public OptionalInt needed(List<Effects> effects) {
    double most =
        primary(effects)
            .flatMap(e -> seeds(e).stream().boxed())
            .mapToDouble(Long::doubleValue)
            .max()
            .orElse(Double.NaN);
    return Double.isNaN(most)
        ? OptionalInt.empty()
        : OptionalInt.of((int) Math.min(Integer.MAX_VALUE, Math.max(first.size(), most)));
  }

  /** By the first stage's interval: its width shrinks with the root of the number of seeds. */
  private OptionalLong seeds(Effect e) {
    Optional<Interval> together = e.conclusion().simultaneous();
    if (together.isEmpty()) {
      return OptionalLong.empty();
    }
    double ratio = width(together.get()) / width;
    return OptionalLong.of((long) Math.ceil(e.seeds().n() * ratio * ratio * (1 - ROUNDING)));
  }

  private static Stream<Effect> primary(List<Effects> effects) {
    return effects.stream().flatMap(e -> e.main().stream()).filter(e -> e.conclusion().primary());
  }

  private static double width(Interval interval) {
    return interval.high() - interval.low();
  }

  /** The width of the widest simultaneous interval of the primary family; empty without any. */
  static Optional<Double> widest(List<Effects> effects) {
    return primary(effects)
        .flatMap(e -> e.conclusion().simultaneous().stream())
        .map(TwoStage::width)
        .max(Comparator.naturalOrder());
  }

  /** The seeds of the second plan: what is needed, at most the largest number. */
  public OptionalInt seeds() {
    return needed.isPresent()
        ? OptionalInt.of(Math.min(most, needed.getAsInt()))
        : OptionalInt.empty();
  }

  @Override
  public int fewest() {
    return first.size();
  }

  @Override
  public String title() {
    return "two stages (Stein)";
  }

  @Override
  public AnalysisSettings over(AnalysisSettings settings) {
    return settings.by(simulated(width, most, first.size()));
  }

  @Override
  public List<Observation> draw(Scenario scenario, AnalysisSettings settings, RandomGenerator rng) {
    List<Observation> stage = scenario.draw(first.size(), rng);
    int wanted = needed(SeedRule.judged(scenario, stage, over(settings))).orElse(first.size());
    return SeedRule.more(scenario, stage, Math.min(most, wanted) - first.size(), rng);
  }

  @Override
  public boolean reached(List<Effects> effects) {
    return widest(effects).map(w -> w <= width * (1 + ROUNDING)).orElse(false);
  }

  /**
   * The rule and what became of it, in sentences.
   *
   * @param analysis of the seeds that have finished
   */
  List<String> sentences(Analysis analysis) {
    String unit =
        analysis.outcomes().stream()
            .filter(o -> analysis.settings().primary().contains(o.name()))
            .map(o -> o.unit().isEmpty() ? "" : " " + o.unit())
            .findFirst()
            .orElse("");
    String rule =
        "Seeds were added by Stein's two-stage rule: the spread of the first "
            + first.size()
            + " seeds decides how many make every primary interval at most "
            + number(width)
            + unit
            + " wide, with at most "
            + most
            + " seeds";
    String intervals =
        analysis.settings().model() == AnalysisSettings.Model.POOLED
            ? "The pooled intervals ignore that the number of seeds followed from the data"
            : "All t intervals over seeds are Stein's: they take their spread from the first "
                + first.size()
                + " seeds, on "
                + (first.size() - 1)
                + " degrees of freedom, and so keep their coverage";
    return List.of(rule, intervals, outcome(analysis, unit));
  }

  private String outcome(Analysis analysis, String unit) {
    if (needed.isEmpty()) {
      return "The first stage is not finished, so the number of seeds is not known yet";
    }
    int planned = Math.min(most, needed.getAsInt());
    Optional<Double> widest = widest(analysis.effects());
    if (widest.isEmpty()) {
      return "No primary interval is defined, so no width can be reached";
    }
    String now = "the widest primary interval is " + number(widest.get()) + unit + " wide";
    if (reached(analysis.effects())) {
      return "The wanted width is reached with " + seeds(planned) + ": " + now;
    }
    return "The wanted width is not reached with "
        + seeds(planned)
        + ": "
        + now
        + (needed.getAsInt() > most
            ? "; it needs " + needed.getAsInt() + " seeds, and the limit is " + most
            : "; some cells have no result");
  }

  private static String seeds(int number) {
    return number + " seeds";
  }

  private static String number(double value) {
    return String.format(Locale.ROOT, "%.3g", value);
  }
}
