package io.github.palimpsest.results.statistics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

class PartialRankCorrelationTest {
  private static final double[] X = {0.1, 0.25, 0.3, 0.55, 0.7, 1.1, 0.2};
  private static final double[] Y = {0.9, 0.5, 0.62, 0.4, 0.45, 0.1, 0.5};
  private static final double[] Z = {3, 1, 2, 2, 5, 4, 9};
  private static final double[] W = {1, 8, 3, 5, 2, 7, 6};

  /** Pearson's correlation of ranks that are written out. */
  private static double pearson(double[] a, double[] b) {
    double ma = Arrays.stream(a).average().orElseThrow();
    double mb = Arrays.stream(b).average().orElseThrow();
    double ab = 0;
    double aa = 0;
    double bb = 0;
    for (int i = 0; i < a.length; i++) {
      ab += (a[i] - ma) * (b[i] - mb);
      aa += (a[i] - ma) * (a[i] - ma);
      bb += (b[i] - mb) * (b[i] - mb);
    }
    return ab / Math.sqrt(aa * bb);
  }

  /** {@code r_ab.c} from the correlations of the three pairs. */
  private static double given(double ab, double ac, double bc) {
    return (ab - ac * bc) / Math.sqrt((1 - ac * ac) * (1 - bc * bc));
  }

  @Test
  void ranks_are_correlated_and_controls_are_partialled_out() {
    double[] x = {1, 3, 4, 5, 6, 7, 2};
    double[] y = {7, 4.5, 6, 2, 3, 1, 4.5}; // two values are equal
    double[] z = {4, 1, 2.5, 2.5, 6, 5, 7};
    double[] w = {1, 7, 3, 4, 2, 6, 5};
    PartialRankCorrelation none = PartialRankCorrelation.of(X, Y);
    assertThat(none.spearman()).isCloseTo(pearson(x, y), within(1e-12));
    assertThat(none.partial()).as("nothing given").isCloseTo(pearson(x, y), within(1e-12));
    double xyz = given(pearson(x, y), pearson(x, z), pearson(y, z));
    assertThat(PartialRankCorrelation.of(X, Y, Z).partial()).isCloseTo(xyz, within(1e-12));
    double xwz = given(pearson(x, w), pearson(x, z), pearson(w, z));
    double ywz = given(pearson(y, w), pearson(y, z), pearson(w, z));
    PartialRankCorrelation both = PartialRankCorrelation.of(X, Y, Z, W);
    assertThat(both.partial()).isCloseTo(given(xyz, xwz, ywz), within(1e-12));
    assertThat(both.spearman()).as("nothing given").isCloseTo(pearson(x, y), within(1e-12));
    assertThat(PartialRankCorrelation.of(X, Y, Z, Z).partial())
        .as("the same control twice")
        .isCloseTo(xyz, within(1e-12));
  }

  @Test
  void what_is_constant_or_follows_from_a_control_has_no_correlation() {
    assertThat(PartialRankCorrelation.of(X, Y, X).partial()).isNaN();
    double[] cubes = Arrays.stream(X).map(v -> v * v * v).toArray();
    assertThat(PartialRankCorrelation.of(X, Y, cubes).partial()).as("equal ranks").isNaN();
    assertThat(PartialRankCorrelation.of(X, new double[7]).partial()).isNaN();
    assertThatThrownBy(() -> PartialRankCorrelation.of(X, new double[] {1, 2}))
        .hasMessageContaining("2 values cannot be paired with 7");
  }

  @Test
  void what_controls_leave_is_the_smaller_share_of_the_two() {
    double[] x = {1, 3, 4, 5, 6, 7, 2};
    double[] y = {7, 4.5, 6, 2, 3, 1, 4.5};
    double[] z = {4, 1, 2.5, 2.5, 6, 5, 7};
    double ofX = 1 - Math.pow(pearson(x, z), 2);
    double ofY = 1 - Math.pow(pearson(y, z), 2);
    assertThat(PartialRankCorrelation.of(X, Y, Z).left())
        .isCloseTo(Math.min(ofX, ofY), within(1e-12));
    assertThat(PartialRankCorrelation.of(X, new double[7], Z).left()).as("a constant").isZero();
  }

  @Test
  void the_p_value_counts_permutations_that_are_as_far_from_none() {
    double[] four = {1, 2, 3, 4};
    PartialRankCorrelation all = PartialRankCorrelation.of(four, four);
    int drawn = 9999;
    // one recipe: of the 24 orders of four seeds, two have |r| = 1, as they are and reversed
    double p = all.test(1, drawn, 0.95, new Random(1)).p();
    assertThat(p).isCloseTo(2.0 / 24, within(4 * Math.sqrt(2.0 / 24 / drawn)));
    // two recipes of two seeds: rows and columns change places, which gives r = 1, 0.6, -0.6, -1
    assertThat(all.test(2, drawn, 0.95, new Random(1)).p())
        .isCloseTo(2.0 / 4, within(4 * Math.sqrt(0.25 / drawn)));
    assertThatThrownBy(() -> all.test(3, drawn, 0.95, new Random(1)))
        .hasMessageContaining("4 runs do not fill 3 recipes");
  }

  @Test
  void two_recipes_that_differ_in_both_numbers_show_nothing() {
    double[] x = new double[20];
    for (int i = 10; i < 20; i++) {
      x[i] = 1;
    }
    PartialRankCorrelation.Test test =
        PartialRankCorrelation.of(x, x).test(2, 199, 0.95, new Random(1));
    assertThat(test.p()).as("the recipes the other way round are as far").isEqualTo(1);
    assertThat(test.interval().excludes(0)).isFalse();
  }

  @Test
  void the_interval_excludes_none_just_where_p_is_small() {
    Random rng = new Random(5);
    int small = 0;
    for (int k = 0; k < 60; k++) {
      double[] x = rng.doubles(20).toArray();
      double[] y = new double[20];
      for (int i = 0; i < 20; i++) {
        y[i] = 0.5 * x[i] + rng.nextDouble();
      }
      PartialRankCorrelation c = PartialRankCorrelation.of(x, y);
      PartialRankCorrelation.Test test = c.test(5, 199, 0.95, rng);
      assertThat(test.interval().excludes(0)).isEqualTo(test.p() <= 0.05);
      assertThat(test.interval().estimate()).isEqualTo(c.partial());
      assertThat(test.interval().low()).isLessThan(c.partial());
      assertThat(test.interval().high()).isGreaterThan(c.partial());
      small += test.p() <= 0.05 ? 1 : 0;
    }
    assertThat(small).as("some of each kind").isBetween(5, 55);
  }
}
