package io.github.palimpsest.results.statistics;

import java.util.List;
import java.util.Optional;
import org.hipparchus.linear.Array2DRowRealMatrix;
import org.hipparchus.linear.RealMatrix;
import org.hipparchus.linear.SingularValueDecomposition;

/**
 * Main effects of a grid with combinations left out, by least squares on the additive model {@code
 * y = mean + sum of level effects + seed}. With the same seeds in every cell, an effect is a sum of
 * cell means with weights that depend only on the design:
 *
 * <pre>
 *   w = c' (X'X)^+ X',   c picks level high minus level low;   estimable if c' (X'X)^+ (X'X) = c'
 * </pre>
 *
 * <p>In a regular fraction the weights are {@code +-2 / cells}: the difference of marginal means.
 */
public final class Additive {
  private static final double ROUNDING = 1e-8;

  private final int[] first; // the column of each factor's first level
  private final RealMatrix x;
  private final RealMatrix inverse;

  /**
   * @param levels the number of levels of each factor
   * @param cells the level of each factor, cell by cell
   */
  public Additive(List<Integer> levels, int[][] cells) {
    this.first = new int[levels.size()];
    int columns = 1;
    for (int f = 0; f < first.length; f++) {
      first[f] = columns;
      columns += levels.get(f);
    }
    this.x = new Array2DRowRealMatrix(cells.length, columns);
    for (int c = 0; c < cells.length; c++) {
      x.setEntry(c, 0, 1);
      for (int f = 0; f < first.length; f++) {
        x.setEntry(c, first[f] + cells[c][f], 1);
      }
    }
    this.inverse = new SingularValueDecomposition(x).getSolver().getInverse();
  }

  /**
   * The weight of each cell in the effect of one level of a factor instead of another; the weights
   * sum to 0.
   *
   * @return empty if the cells cannot tell the effect from those of other factors
   */
  public Optional<double[]> weights(int factor, int high, int low) {
    double[] contrast = new double[x.getColumnDimension()];
    contrast[first[factor] + high] = 1;
    contrast[first[factor] + low] = -1;
    double[] weights = inverse.preMultiply(contrast);
    double[] back = x.preMultiply(weights);
    for (int i = 0; i < contrast.length; i++) {
      if (Math.abs(back[i] - contrast[i]) > ROUNDING) {
        return Optional.empty();
      }
    }
    return Optional.of(weights);
  }
}
