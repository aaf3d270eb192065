package io.github.palimpsest.results.analysis;

import java.util.List;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;

/** How many seeds a grid gets: a fixed number, or by a rule that looks at the data. */
public interface SeedRule {
  /** The seeds that every grid has. */
  int fewest();

  /** A name for people. */
  String title();

  /** The settings by which a grid of this rule is analysed. */
  default AnalysisSettings over(AnalysisSettings settings) {
    return settings;
  }

  /**
   * The cells of a made-up grid, with as many seeds as the rule gives it; seeds count from 0.
   *
   * @param settings of the analysis, which claims the scenario's outcome
   * @param rng where the noise comes from
   */
  List<Observation> draw(Scenario scenario, AnalysisSettings settings, RandomGenerator rng);

  /**
   * Whether the rule got the precision that it wanted.
   *
   * @param effects of a finished grid, judged
   */
  default boolean reached(List<Effects> effects) {
    return true;
  }

  /** A number of seeds that does not depend on the data. */
  static SeedRule fixed(int seeds) {
    return new Fixed(seeds);
  }

  /** A fixed number of seeds. */
  record Fixed(int fewest) implements SeedRule {
    @Override
    public String title() {
      return "fixed";
    }

    @Override
    public List<Observation> draw(
        Scenario scenario, AnalysisSettings settings, RandomGenerator rng) {
      return scenario.draw(fewest, rng);
    }
  }

  /**
   * Adds one seed at a time until the usual intervals are narrow enough. It stops where the seeds
   * happen to be close together, so its intervals cover less than they say. It is here for
   * comparison with {@link TwoStage}.
   *
   * @param width the wanted width of the simultaneous intervals of the primary family
   * @param most the largest number of seeds
   * @param fewest the seeds of the first look
   */
  record Peeking(double width, int most, int fewest) implements SeedRule {
    @Override
    public String title() {
      return "one more until narrow";
    }

    @Override
    public List<Observation> draw(
        Scenario scenario, AnalysisSettings settings, RandomGenerator rng) {
      List<Observation> cells = scenario.draw(fewest, rng);
      for (int n = fewest; n < most && !reached(judged(scenario, cells, settings)); n++) {
        cells = more(scenario, cells, 1, rng);
      }
      return cells;
    }

    @Override
    public boolean reached(List<Effects> effects) {
      return TwoStage.widest(effects).map(w -> w <= width).orElse(false);
    }
  }

  /** The effects on the outcome of a scenario, judged as its primary ones. */
  static List<Effects> judged(
      Scenario scenario, List<Observation> cells, AnalysisSettings settings) {
    return PrimaryFamily.judge(
        List.of(Effects.of(scenario.outcome(), cells, settings)),
        settings.primary(),
        settings.margin());
  }

  /** Cells with those of more seeds behind them. */
  static List<Observation> more(
      Scenario scenario, List<Observation> cells, int seeds, RandomGenerator rng) {
    long from = cells.stream().mapToLong(Observation::seed).max().orElse(-1) + 1;
    String outcome = scenario.outcome().name();
    return Stream.concat(
            cells.stream(),
            scenario.draw(seeds, rng).stream()
                .map(c -> c.with(from + c.seed(), outcome, c.outcome(outcome))))
        .toList();
  }
}
