package io.github.palimpsest.results.statistics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.github.palimpsest.api.PalimpsestException;
import org.junit.jupiter.api.Test;

class CorrelationTest {
  @Test
  void the_interval_is_symmetric_about_the_inverse_hyperbolic_tangent() {
    double[] x = {0.1, 0.25, 0.3, 0.55, 0.7, 1.1};
    double[] y = {0.9, 0.5, 0.62, 0.4, 0.45, 0.1};
    Correlation c = Correlation.of(x, y, 0.95);
    double mx = (0.1 + 0.25 + 0.3 + 0.55 + 0.7 + 1.1) / 6;
    double my = (0.9 + 0.5 + 0.62 + 0.4 + 0.45 + 0.1) / 6;
    double xy = 0;
    double xx = 0;
    double yy = 0;
    for (int i = 0; i < x.length; i++) {
      xy += (x[i] - mx) * (y[i] - my);
      xx += (x[i] - mx) * (x[i] - mx);
      yy += (y[i] - my) * (y[i] - my);
    }
    double r = xy / Math.sqrt(xx * yy);
    assertThat(c.interval().estimate()).as("r").isCloseTo(r, within(1e-12));
    // 1.959964 is the normal quantile at 0.975
    double half = 1.959963984540054 / Math.sqrt(6 - 3);
    double z = 0.5 * Math.log((1 + r) / (1 - r));
    assertThat(c.interval().low()).isCloseTo(Math.tanh(z - half), within(1e-9));
    assertThat(c.interval().high()).isCloseTo(Math.tanh(z + half), within(1e-9));
    // ranks of y: 6 4 5 2 3 1 against 1..6, so 1 - 6 sum d^2 / (n (n^2 - 1))
    double d2 = 25 + 4 + 4 + 4 + 4 + 25;
    assertThat(c.spearman()).isCloseTo(1 - 6 * d2 / (6 * 35.0), within(1e-12));
  }

  @Test
  void too_few_pairs_and_constants_are_refused() {
    double[] three = {1, 2, 3};
    assertThatThrownBy(() -> Correlation.of(three, three, 0.95))
        .isInstanceOf(PalimpsestException.class)
        .hasMessageContaining("at least 4 pairs, not 3");
    double[] same = {1, 1, 1, 1};
    assertThatThrownBy(() -> Correlation.of(same, new double[] {1, 2, 3, 4}, 0.95))
        .isInstanceOf(PalimpsestException.class)
        .hasMessageContaining("no correlation");
  }
}
