package io.github.palimpsest.results.analysis;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;

/**
 * Seven scenarios for an analysis of two optimizers and three strategies. In the first six the
 * optimizer and its interactions have truly no effect; noise is normal, or binomial in the sixth.
 */
public enum StandardScenario implements Scenario {
  /** Seeds shift all cells alike, and every cell varies alike. */
  MODEL_TRUE("A model true"),
  /** Each strategy has its own noise. */
  UNEQUAL_ARMS("B unequal arms"),
  /** One cell is far noisier than all others. */
  ONE_NOISY_ARM("C one noisy arm"),
  /** Cells of one optimizer and seed share stages of training. */
  SHARED_STAGES("D shared stages"),
  /** Shared stages, and noise by strategy. */
  SHARED_AND_UNEQUAL("E shared and unequal"),
  /** Shares of 160 items right, near 0 and 1. */
  NEAR_THE_BOUNDS("F near the bounds"),
  /** The first one with an effect of the optimizer of one standard deviation of its contrast. */
  TRUE_EFFECT("G true effect of one sd");

  private static final List<String> OPTIMIZERS = List.of("adamw", "sam");
  private static final List<String> STRATEGIES = List.of("none", "ewc", "replay");
  private static final double[] MEANS = {0.93, 0.28, 0.03};
  private static final int ITEMS = 160;
  private static final double LOGIT_SPREAD = 0.5;

  /** Of the optimizer's contrast within a seed in scenario A: sqrt(2 (0.03)^2 / 3). */
  private static final double CONTRAST_SD = 0.03 * Math.sqrt(2.0 / 3);

  private final String title;

  StandardScenario(String title) {
    this.title = title;
  }

  @Override
  public String title() {
    return title;
  }

  @Override
  public Outcome outcome() {
    return new Outcome("score", "", false, this == NEAR_THE_BOUNDS ? 1.0 / ITEMS : 1e-6);
  }

  @Override
  public List<Observation> draw(int seeds, RandomGenerator rng) {
    List<Observation> cells = new ArrayList<>();
    for (int seed = 0; seed < seeds; seed++) {
      double ofSeed = rng.nextGaussian();
      for (int a = 0; a < OPTIMIZERS.size(); a++) {
        double ofOptimizer = rng.nextGaussian();
        for (int b = 0; b < STRATEGIES.size(); b++) {
          cells.add(cell(a, b, seed, score(a, b, ofSeed, ofOptimizer, rng)));
        }
      }
    }
    return cells;
  }

  private double score(int a, int b, double ofSeed, double ofOptimizer, RandomGenerator rng) {
    double z = rng.nextGaussian();
    double mean = MEANS[b];
    return switch (this) {
      case MODEL_TRUE -> mean + 0.02 * ofSeed + 0.03 * z;
      case UNEQUAL_ARMS -> mean + new double[] {0.01, 0.06, 0.02}[b] * z;
      case ONE_NOISY_ARM -> mean + (a == 1 && b == 1 ? 0.10 : 0.015) * z;
      case SHARED_STAGES -> mean + 0.03 * ofOptimizer + 0.02 * z;
      case SHARED_AND_UNEQUAL ->
          mean + 0.03 * ofOptimizer + new double[] {0.01, 0.05, 0.015}[b] * z;
      case NEAR_THE_BOUNDS -> binomial(probability(mean, z), rng);
      case TRUE_EFFECT -> mean + a * CONTRAST_SD + 0.02 * ofSeed + 0.03 * z;
    };
  }

  private static double probability(double mean, double z) {
    return 1 / (1 + Math.exp(-(Math.log(mean / (1 - mean)) + LOGIT_SPREAD * z)));
  }

  private static double binomial(double p, RandomGenerator rng) {
    int right = 0;
    for (int i = 0; i < ITEMS; i++) {
      right += rng.nextDouble() < p ? 1 : 0;
    }
    return (double) right / ITEMS;
  }

  /** The mean of a strategy over all noise. */
  private double expected(int b) {
    if (this != NEAR_THE_BOUNDS) {
      return MEANS[b];
    }
    // the normal density from -8 to 8 in steps of 0.001
    double sum = 0;
    double total = 0;
    for (int i = -8000; i <= 8000; i++) {
      double z = i / 1000.0;
      double density = Math.exp(-z * z / 2);
      sum += density * probability(MEANS[b], z);
      total += density;
    }
    return sum / total;
  }

  private static Observation cell(int a, int b, long seed, double score) {
    Map<String, String> levels = new LinkedHashMap<>(); // in the order of a file
    levels.put("optimizer", OPTIMIZERS.get(a));
    levels.put("strategy", STRATEGIES.get(b));
    String recipe = OPTIMIZERS.get(a) + " + " + STRATEGIES.get(b);
    return new Observation(
        recipe + " " + seed,
        recipe,
        seed,
        levels,
        Map.of("score", score),
        new TradeOff(score, score, 1, false, false),
        Map.of());
  }

  @Override
  public Map<String, Double> truth() {
    Map<String, Double> truth = new LinkedHashMap<>();
    truth.put("sam - adamw", this == TRUE_EFFECT ? CONTRAST_SD : 0);
    for (int high = 1; high < STRATEGIES.size(); high++) {
      for (int low = 0; low < high; low++) {
        truth.put(
            STRATEGIES.get(high) + " - " + STRATEGIES.get(low), expected(high) - expected(low));
      }
      truth.put(
          String.format("(sam - adamw with %s) - (sam - adamw with none)", STRATEGIES.get(high)),
          0.0);
    }
    return truth;
  }
}
