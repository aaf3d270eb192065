package io.github.palimpsest.results.analysis;

import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;

/**
 * Made-up runs that were probed. Except in the last scenario, what was probed has no part in the
 * forgetting that follows, given loss and distance; recipes and seeds shift each of the four
 * numbers on their own, by normal noise.
 */
public enum ProbeScenario {
  /** Runs are alike in nothing. */
  INDEPENDENT("A independent runs", 0, 0),
  /** Runs of one recipe are alike. */
  RECIPES("B recipes differ", 2, 0),
  /** So are runs of one seed. */
  RECIPES_AND_SEEDS("C recipes and seeds differ", 2, 2),
  /** Loss and distance drive both numbers, one of them not linearly. */
  CONFOUNDED("D loss and distance drive both", 1, 0),
  /** Loss alone drives both, and explains most of them. */
  DRIVEN("E loss drives both strongly", 2, 0),
  /** Each recipe has its own noise. */
  NOISY_RECIPES("F recipes differ in noise too", 2, 0),
  /** Forgetting is a share of 20 examples, near its bound. */
  NEAR_THE_BOUND("G forgetting near its bound", 2, 0),
  /** What is probed drives the forgetting, beyond loss and distance. */
  ASSOCIATED("H true association", 1, 0);

  private static final int ITEMS = 20;

  private final String title;
  private final double ofRecipe;
  private final double ofSeed;

  ProbeScenario(String title, double ofRecipe, double ofSeed) {
    this.title = title;
    this.ofRecipe = ofRecipe;
    this.ofSeed = ofSeed;
  }

  /** A name for people. */
  public String title() {
    return title;
  }

  /** Whether there is truly no association. */
  public boolean none() {
    return this != ASSOCIATED;
  }

  /** The runs of one made-up grid. */
  public List<ProbedRun> draw(int recipes, int seeds, RandomGenerator rng) {
    double[][] value = numbers(recipes, seeds, rng);
    double[][] loss = numbers(recipes, seeds, rng);
    double[][] distance = numbers(recipes, seeds, rng);
    double[][] forgetting = numbers(recipes, seeds, rng);
    List<ProbedRun> runs = new ArrayList<>();
    for (int a = 0; a < recipes; a++) {
      for (int s = 0; s < seeds; s++) {
        double driven = driven(loss[a][s], distance[a][s]);
        double x = value[a][s] + driven;
        double y = forgetting[a][s] + driven + (this == ASSOCIATED ? value[a][s] : 0);
        runs.add(
            new ProbedRun(
                "recipe " + a,
                s,
                this == CONFOUNDED ? Math.exp(x) : x,
                loss[a][s],
                distance[a][s],
                this == NEAR_THE_BOUND ? share(y) : y,
                1));
      }
    }
    return runs;
  }

  /** What loss and distance add to both numbers. */
  private double driven(double loss, double distance) {
    return switch (this) {
      case CONFOUNDED, ASSOCIATED -> loss + distance;
      case DRIVEN -> 2 * loss;
      default -> 0;
    };
  }

  private static double share(double logit) {
    return Math.rint(ITEMS / (1 + Math.exp(-2 - logit))) / ITEMS;
  }

  private double[][] numbers(int recipes, int seeds, RandomGenerator rng) {
    double[] shift = new double[seeds];
    for (int s = 0; s < seeds; s++) {
      shift[s] = ofSeed * rng.nextGaussian();
    }
    double[][] all = new double[recipes][seeds];
    for (double[] row : all) {
      double recipe = ofRecipe * rng.nextGaussian();
      double noise = this == NOISY_RECIPES ? Math.exp(rng.nextGaussian()) : 1;
      for (int s = 0; s < seeds; s++) {
        row[s] = recipe + shift[s] + noise * rng.nextGaussian();
      }
    }
    return all;
  }
}
