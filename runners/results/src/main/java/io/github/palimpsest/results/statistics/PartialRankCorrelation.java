package io.github.palimpsest.results.statistics;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.random.RandomGenerator;
import org.hipparchus.stat.correlation.PearsonsCorrelation;
import org.hipparchus.stat.ranking.NaturalRanking;

/**
 * The rank correlation of two numbers of a table of runs, one row for each recipe and one column
 * for each seed, given other numbers of the same runs.
 *
 * <pre>
 *   u, v = the residuals of rank(x) and of rank(y), by least squares on 1 and the ranks of the controls
 *   r    = sum u v / sqrt(sum u^2 sum v^2)
 *   p    = (1 + number of permutations with |r*| &gt;= |r|) / (1 + number of permutations)
 *   interval: tanh(atanh r +- atanh c), c the largest |r| that the test at 1 - confidence keeps
 * </pre>
 *
 * <p>Equal values have their mean rank. A permutation reorders whole rows and whole columns: runs
 * of one recipe stay together, and so do runs of one seed, because they are alike (whole-block
 * permutation, Winkler et al. 2015). Without an association the numbers of one kind can be
 * reordered in this way, whatever recipes and seeds do to each of them. With controls this holds
 * nearly, and there are four ways to do it: reorder the ranks of x or of y (Draper and Stoneman
 * 1966; Manly 1986), or their residuals (Freedman and Lane 1983), and compute r* from what the
 * controls leave of them. Each errs where another does not, so p and c are the largest of the four.
 */
public final class PartialRankCorrelation {
  /** Residuals below this share of the ranks are rounding. */
  private static final double ROUNDING = 1e-9;

  /** The largest correlation with a finite inverse hyperbolic tangent in an interval. */
  private static final double MOST = 1 - 1e-12;

  private final double[] x;
  private final double[] y;
  private final double[] u;
  private final double[] v;
  private final List<double[]> basis;

  /** Ranks of both numbers, and an orthonormal basis of what is given. */
  private PartialRankCorrelation(double[] x, double[] y, List<double[]> basis) {
    this.x = x;
    this.y = y;
    this.u = residuals(x, basis);
    this.v = residuals(y, basis);
    this.basis = basis;
  }

  /**
   * The correlation of runs, row by row.
   *
   * @param x the first number of each run, finite
   * @param y the second
   * @param controls the numbers that are given
   * @throws IllegalArgumentException if the numbers of values differ, or if there are fewer than
   *     two
   */
  public static PartialRankCorrelation of(double[] x, double[] y, double[]... controls) {
    if (x.length < 2) {
      throw new IllegalArgumentException("a correlation needs at least two runs, not " + x.length);
    }
    List<double[]> basis = new ArrayList<>();
    double[] ones = new double[x.length];
    Arrays.fill(ones, 1 / Math.sqrt(x.length));
    basis.add(ones);
    for (double[] control : controls) {
      double[] ranks = ranks(control, x.length);
      double[] left = residuals(ranks, basis);
      if (norm(left) > ROUNDING * norm(ranks)) {
        double length = norm(left);
        basis.add(Arrays.stream(left).map(a -> a / length).toArray());
      }
    }
    return new PartialRankCorrelation(ranks(x, x.length), ranks(y, x.length), basis);
  }

  private static double[] ranks(double[] values, int n) {
    if (values.length != n) {
      throw new IllegalArgumentException(values.length + " values cannot be paired with " + n);
    }
    return new NaturalRanking().rank(values);
  }

  private static double[] residuals(double[] values, List<double[]> basis) {
    double[] left = values.clone();
    for (double[] b : basis) {
      double along = dot(left, b);
      for (int i = 0; i < left.length; i++) {
        left[i] -= along * b[i];
      }
    }
    return left;
  }

  private static double dot(double[] a, double[] b) {
    double sum = 0;
    for (int i = 0; i < a.length; i++) {
      sum += a[i] * b[i];
    }
    return sum;
  }

  private static double norm(double[] a) {
    return Math.sqrt(dot(a, a));
  }

  /** The correlation of the ranks, nothing given; NaN if one of the numbers is constant. */
  public double spearman() {
    return new PearsonsCorrelation().correlation(x, y);
  }

  /** The partial correlation; NaN if the controls leave nothing of one of the numbers. */
  public double partial() {
    return correlation(u, v);
  }

  /** The share of the variance of the ranks that the controls leave, of the number with less. */
  public double left() {
    return Math.min(left(x, u), left(y, v));
  }

  private double left(double[] ranks, double[] residuals) {
    double[] centred = residuals(ranks, basis.subList(0, 1));
    double all = dot(centred, centred);
    return all == 0 ? 0 : dot(residuals, residuals) / all;
  }

  private static double correlation(double[] a, double[] b) {
    double rounding = ROUNDING * a.length * Math.sqrt(a.length);
    double na = norm(a);
    double nb = norm(b);
    return na > rounding && nb > rounding ? dot(a, b) / (na * nb) : Double.NaN;
  }

  /**
   * A permutation test of no association.
   *
   * @param interval of the partial correlation; it excludes 0 if p is at most 1 - confidence
   * @param p two-sided
   */
  public record Test(Interval interval, double p) {}

  /**
   * Tests the partial correlation, which must be defined.
   *
   * @param recipes the number of rows; the runs divide among them equally
   * @param permutations how many, for example 1999
   * @param confidence for example 0.95
   * @param rng where the permutations come from
   * @throws IllegalArgumentException if the runs do not fill the rows
   */
  public Test test(int recipes, int permutations, double confidence, RandomGenerator rng) {
    Interval.requireConfidence(confidence);
    if (recipes < 1 || u.length % recipes != 0) {
      throw new IllegalArgumentException(u.length + " runs do not fill " + recipes + " recipes");
    }
    double r = partial();
    double[][] sizes = new double[4][permutations];
    for (int k = 0; k < permutations; k++) {
      int[] order = order(recipes, u.length / recipes, rng);
      sizes[0][k] = size(u, order, v);
      sizes[1][k] = size(v, order, u);
      sizes[2][k] = size(x, order, v);
      sizes[3][k] = size(y, order, u);
    }
    int kept = (int) Math.floor((1 - confidence) * (permutations + 1) + ROUNDING);
    double critical = 0;
    double p = 0;
    for (double[] each : sizes) {
      Arrays.sort(each);
      critical = Math.max(critical, kept < 1 ? 1 : each[permutations - kept]);
      long atLeast = Arrays.stream(each).filter(s -> s >= Math.abs(r) - ROUNDING).count();
      p = Math.max(p, (1.0 + atLeast) / (1 + permutations));
    }
    return new Test(interval(r, critical, confidence), p);
  }

  /** The size of the correlation of residuals with what the controls leave of reordered numbers. */
  private double size(double[] numbers, int[] order, double[] residuals) {
    double along = 0;
    double squares = 0;
    for (int i = 0; i < order.length; i++) {
      double moved = numbers[order[i]];
      along += moved * residuals[i];
      squares += moved * moved;
    }
    double left = squares;
    for (double[] b : basis) {
      double explained = 0;
      for (int i = 0; i < order.length; i++) {
        explained += numbers[order[i]] * b[i];
      }
      left -= explained * explained;
    }
    return left > ROUNDING * squares
        ? Math.min(1, Math.abs(along) / (norm(residuals) * Math.sqrt(left)))
        : 1;
  }

  private static int[] order(int recipes, int seeds, RandomGenerator rng) {
    int[] rows = permutation(recipes, rng);
    int[] columns = permutation(seeds, rng);
    int[] order = new int[recipes * seeds];
    for (int i = 0; i < order.length; i++) {
      order[i] = rows[i / seeds] * seeds + columns[i % seeds];
    }
    return order;
  }

  private static Interval interval(double r, double critical, double confidence) {
    double middle = atanh(r);
    double half = atanh(critical);
    return new Interval(r, Math.tanh(middle - half), Math.tanh(middle + half), confidence);
  }

  private static double atanh(double r) {
    double inside = Math.max(-MOST, Math.min(MOST, r));
    return 0.5 * Math.log((1 + inside) / (1 - inside));
  }

  private static int[] permutation(int n, RandomGenerator rng) {
    int[] order = new int[n];
    for (int i = 0; i < n; i++) {
      int j = rng.nextInt(i + 1);
      order[i] = order[j];
      order[j] = i;
    }
    return order;
  }
}
