package io.github.palimpsest.results.analysis;

import io.github.palimpsest.api.PalimpsestException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.random.RandomGenerator;

/**
 * Grids like a finished one. Each seed of a made-up grid adds to the mean of every combination one
 * draw of noise with the covariance that the combinations have over the real seeds, so that
 * combinations which share stages of training stay correlated:
 *
 * <pre>
 *   y[combination] = mean[combination] + sum over real seeds s of z[s] (y[combination, s] - mean) / sqrt(n - 1)
 * </pre>
 *
 * <p>The true effects are those of the means. {@link #without()} has the same noise without any
 * effect.
 */
public final class GridScenario implements Scenario {
  /** Fewer real seeds say too little of the noise. */
  public static final int FEWEST_SEEDS = 3;

  private final Outcome outcome;
  private final List<Observation> combinations;
  private final double[] means;
  private final double[][] residuals; // by combination and real seed
  private final boolean effects;

  private GridScenario(
      Outcome outcome,
      List<Observation> combinations,
      double[] means,
      double[][] residuals,
      boolean effects) {
    this.outcome = outcome;
    this.combinations = combinations;
    this.means = means;
    this.residuals = residuals;
    this.effects = effects;
  }

  /**
   * Grids like the given one.
   *
   * @param outcome what is drawn
   * @param cells the finished cells; combinations that lack a seed are left out
   * @throws PalimpsestException if there are fewer than three seeds
   */
  public static GridScenario of(Outcome outcome, List<Observation> cells) {
    TreeSet<Long> seeds = new TreeSet<>();
    cells.forEach(c -> seeds.add(c.seed()));
    Map<Map<String, String>, Map<Long, Observation>> byLevels = new LinkedHashMap<>();
    for (Observation c : cells) {
      if (Double.isFinite(c.outcome(outcome.name()))) {
        byLevels.computeIfAbsent(c.levels(), l -> new LinkedHashMap<>()).put(c.seed(), c);
      }
    }
    byLevels.values().removeIf(runs -> !runs.keySet().containsAll(seeds));
    if (seeds.size() < FEWEST_SEEDS || byLevels.isEmpty()) {
      throw new PalimpsestException(
          "a simulation of "
              + outcome.name()
              + " needs combinations with at least "
              + FEWEST_SEEDS
              + " seeds; there are "
              + byLevels.size()
              + " combinations that have all of "
              + seeds.size()
              + " seeds");
    }
    List<Observation> combinations = new ArrayList<>();
    double[] means = new double[byLevels.size()];
    double[][] residuals = new double[means.length][seeds.size()];
    for (Map<Long, Observation> runs : byLevels.values()) {
      int c = combinations.size();
      combinations.add(runs.values().iterator().next());
      int s = 0;
      for (long seed : seeds) {
        Observation run = runs.get(seed);
        residuals[c][s++] = run == null ? Double.NaN : run.outcome(outcome.name());
      }
      for (double y : residuals[c]) {
        means[c] += y / seeds.size();
      }
      for (int i = 0; i < residuals[c].length; i++) {
        residuals[c][i] -= means[c];
      }
    }
    return new GridScenario(outcome, combinations, means, residuals, true);
  }

  /** The same noise around one mean: every effect is truly 0. */
  public GridScenario without() {
    return new GridScenario(outcome, combinations, new double[means.length], residuals, false);
  }

  @Override
  public String title() {
    return effects ? "this grid" : "this grid without effects";
  }

  @Override
  public Outcome outcome() {
    return outcome;
  }

  @Override
  public List<Observation> draw(int seeds, RandomGenerator rng) {
    List<Observation> cells = new ArrayList<>();
    int real = residuals[0].length;
    for (int seed = 0; seed < seeds; seed++) {
      double[] z = new double[real];
      for (int s = 0; s < real; s++) {
        z[s] = rng.nextGaussian() / Math.sqrt(real - 1.0);
      }
      for (int c = 0; c < means.length; c++) {
        double y = means[c];
        for (int s = 0; s < real; s++) {
          y += z[s] * residuals[c][s];
        }
        cells.add(combinations.get(c).with(seed, outcome.name(), y));
      }
    }
    return cells;
  }

  @Override
  public Map<String, Double> truth() {
    List<Observation> exact = new ArrayList<>();
    for (int seed = 0; seed < 2; seed++) {
      for (int c = 0; c < means.length; c++) {
        exact.add(combinations.get(c).with(seed, outcome.name(), means[c]));
      }
    }
    Map<String, Double> truth = new LinkedHashMap<>();
    for (AnalysisSettings.Contrasts which : AnalysisSettings.Contrasts.values()) {
      Effects all = Effects.of(outcome, exact, AnalysisSettings.DEFAULT.with(which));
      all.main().forEach(e -> truth.put(e.contrast(), e.estimate()));
      all.interactions().forEach(e -> truth.put(e.contrast(), e.estimate()));
    }
    return truth;
  }
}
