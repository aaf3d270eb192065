package io.github.palimpsest.results.statistics;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * A full factorial in which every cell has an outcome for each of the same seeds: all effects and
 * interactions of the factors, with the seed as a fixed block.
 *
 * <pre>
 *   y = cell + seed + error,   MSE = sum (y - cell mean - seed mean + grand mean)^2 / ((cells - 1)(seeds - 1))
 *   main effect of a, level j against i:  mean(a_j) - mean(a_i)
 *   interaction of a and b:  (a_i b_j - a_0 b_j) - (a_i b_0 - a_0 b_0), not halved, averaged over the rest
 *   standard error:  sqrt(MSE sum(weight^2) / seeds)
 * </pre>
 */
public final class Factorial {
  private final List<Factor> factors;
  private final int seeds;
  private final double[][] outcomes; // [cell][seed], the last factor's levels vary fastest
  private final double[] cellMeans;
  private final double[] seedMeans;
  private final double grandMean;

  /**
   * A factor.
   *
   * @param name for example {@code optimizer}
   * @param levels at least two, the first one is what others are compared with
   */
  public record Factor(String name, List<String> levels) {
    /** Copies the levels. */
    public Factor {
      levels = List.copyOf(levels);
      if (levels.size() < 2) {
        throw new IllegalArgumentException("factor '" + name + "' needs two levels");
      }
    }
  }

  /**
   * A contrast of cell means.
   *
   * @param effect the factors, for example {@code optimizer} or {@code optimizer x rehearsal}
   * @param label the levels, for example {@code sam - adamw}
   * @param high the level that is compared
   * @param low the level that it is compared with
   * @param otherHigh the level of the second factor of an interaction; empty for a main effect
   * @param otherLow the level that this one is compared with; empty for a main effect
   * @param weights one for each cell, summing to 0
   * @param test by the error of the whole factorial; empty where that error is 0
   * @param perSeed the same contrast inside each seed
   */
  public record Contrast(
      String effect,
      String label,
      String high,
      String low,
      String otherHigh,
      String otherLow,
      double[] weights,
      Optional<TTest> test,
      double[] perSeed) {}

  /**
   * @param factors in order
   * @param outcomes by cell and seed; cells in the order of nested loops over the factors, the last
   *     one innermost
   * @throws io.github.palimpsest.api.PalimpsestException if there are fewer than two seeds
   * @throws IllegalArgumentException if an outcome is missing
   */
  public Factorial(List<Factor> factors, double[][] outcomes) {
    this.factors = List.copyOf(factors);
    int cells = factors.stream().mapToInt(f -> f.levels().size()).reduce(1, (a, b) -> a * b);
    this.seeds = outcomes.length == 0 ? 0 : outcomes[0].length;
    Interval.requireSeeds(seeds, "an effect");
    if (outcomes.length != cells || Arrays.stream(outcomes).anyMatch(r -> r.length != seeds)) {
      throw new IllegalArgumentException(
          "a factorial of " + cells + " cells needs an outcome of each for every seed");
    }
    this.outcomes = Arrays.stream(outcomes).map(double[]::clone).toArray(double[][]::new);
    this.cellMeans = Arrays.stream(outcomes).mapToDouble(Sums::mean).toArray();
    this.seedMeans = new double[seeds];
    for (int s = 0; s < seeds; s++) {
      for (double[] row : outcomes) {
        seedMeans[s] += row[s] / cells;
      }
    }
    this.grandMean = Sums.mean(cellMeans);
  }

  /** The mean of everything. */
  public double grandMean() {
    return grandMean;
  }

  /** The degrees of freedom of the error: {@code (cells - 1)(seeds - 1)}. */
  public int residualDf() {
    return (cellMeans.length - 1) * (seeds - 1);
  }

  /** The mean squared error. */
  public double mse() {
    return residualSquares() / residualDf();
  }

  private double residualSquares() {
    double sum = 0;
    for (int c = 0; c < cellMeans.length; c++) {
      for (int s = 0; s < seeds; s++) {
        double e = outcomes[c][s] - cellMeans[c] - seedMeans[s] + grandMean;
        sum += e * e;
      }
    }
    return sum;
  }

  /** The mean over all cells with the given levels; -1 stands for any level of a factor. */
  public double marginalMean(int... levels) {
    double sum = 0;
    int count = 0;
    for (int c = 0; c < cellMeans.length; c++) {
      if (matches(c, levels)) {
        sum += cellMeans[c];
        count++;
      }
    }
    return sum / count;
  }

  /** Every pair of levels of every factor: the later level minus the earlier. */
  public List<Contrast> mainEffects() {
    List<Contrast> contrasts = new ArrayList<>();
    for (int f = 0; f < factors.size(); f++) {
      List<String> levels = factors.get(f).levels();
      for (int low = 0; low < levels.size(); low++) {
        for (int high = low + 1; high < levels.size(); high++) {
          contrasts.add(
              contrast(
                  factors.get(f).name(),
                  levels.get(high) + " - " + levels.get(low),
                  new String[] {levels.get(high), levels.get(low), "", ""},
                  weights(new int[] {f}, new int[] {high}, new int[] {low})));
        }
      }
    }
    return contrasts;
  }

  /** Every pair of factors: how much more a level does when the other factor has a level. */
  public List<Contrast> interactions() {
    List<Contrast> contrasts = new ArrayList<>();
    for (int f = 0; f < factors.size(); f++) {
      for (int g = f + 1; g < factors.size(); g++) {
        List<String> a = factors.get(f).levels();
        List<String> b = factors.get(g).levels();
        for (int i = 1; i < a.size(); i++) {
          for (int j = 1; j < b.size(); j++) {
            contrasts.add(
                contrast(
                    factors.get(f).name() + " x " + factors.get(g).name(),
                    String.format(
                        "(%s - %s with %s) - (%s - %s with %s)",
                        a.get(i), a.get(0), b.get(j), a.get(i), a.get(0), b.get(0)),
                    new String[] {a.get(i), a.get(0), b.get(j), b.get(0)},
                    weights(new int[] {f, g}, new int[] {i, j}, new int[] {0, 0})));
          }
        }
      }
    }
    return contrasts;
  }

  /** The product over the chosen factors of (+1 at the high level, -1 at the low one), averaged. */
  private double[] weights(int[] chosen, int[] high, int[] low) {
    double others = cellMeans.length;
    for (int f : chosen) {
      others /= factors.get(f).levels().size();
    }
    double[] weights = new double[cellMeans.length];
    for (int c = 0; c < weights.length; c++) {
      double w = 1 / others;
      for (int k = 0; k < chosen.length; k++) {
        int level = level(c, chosen[k]);
        w *= level == high[k] ? 1 : level == low[k] ? -1 : 0;
      }
      weights[c] = w;
    }
    return weights;
  }

  private Contrast contrast(String effect, String label, String[] levels, double[] weights) {
    double estimate = 0;
    double squares = 0;
    double[] perSeed = new double[seeds];
    for (int c = 0; c < weights.length; c++) {
      estimate += weights[c] * cellMeans[c];
      squares += weights[c] * weights[c];
      for (int s = 0; s < seeds; s++) {
        perSeed[s] += weights[c] * outcomes[c][s];
      }
    }
    double se = Math.sqrt(mse() * squares / seeds);
    return new Contrast(
        effect,
        label,
        levels[0],
        levels[1],
        levels[2],
        levels[3],
        weights,
        se > 0 ? Optional.of(new TTest(estimate, se, residualDf())) : Optional.empty(),
        perSeed);
  }

  private boolean matches(int cell, int[] levels) {
    for (int f = 0; f < levels.length; f++) {
      if (levels[f] >= 0 && levels[f] != level(cell, f)) {
        return false;
      }
    }
    return true;
  }

  private int level(int cell, int factor) {
    int rest = cell;
    for (int f = factors.size() - 1; f > factor; f--) {
      rest /= factors.get(f).levels().size();
    }
    return rest % factors.get(factor).levels().size();
  }
}
