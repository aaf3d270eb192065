package io.github.palimpsest.results.statistics;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class SeedContrastTest {
  @Test
  void what_seeds_can_carry_depends_on_their_number_and_spread() {
    assertThat(evidence(1e-6, 0.1)).isEqualTo(SeedContrast.Evidence.SINGLE);
    assertThat(evidence(1e-6, 0.1, 0.2)).isEqualTo(SeedContrast.Evidence.LISTED);
    assertThat(evidence(1e-6, 0.1, 0.2, 0.3)).isEqualTo(SeedContrast.Evidence.WIDE);
    assertThat(evidence(1e-6, 0.1, 0.2, 0.3, 0.4)).isEqualTo(SeedContrast.Evidence.WIDE);
    assertThat(evidence(1e-6, 0.1, 0.2, 0.3, 0.4, 0.5)).isEqualTo(SeedContrast.Evidence.FULL);
    // 1/40 is one item of 40; the sd of 0.01, 0.02, 0.03 is 0.01
    assertThat(evidence(1 / 40.0, 0.01, 0.02, 0.03)).isEqualTo(SeedContrast.Evidence.UNDEFINED);
    assertThat(evidence(0, 0.2, 0.2, 0.2))
        .as("equal differences")
        .isEqualTo(SeedContrast.Evidence.UNDEFINED);
  }

  /** Rounding once made d_z 318452583626288 of two equal differences. */
  @Test
  void differences_that_are_equal_but_for_rounding_have_no_effect_size_and_no_p() {
    SeedContrast c = new SeedContrast(new double[] {0.3 - 0.2, 0.1, 0.4 - 0.3}, 1e-6);
    assertThat(c.sd()).isLessThan(1e-15);
    assertThat(c.test()).isEmpty();
    assertThat(c.dz()).isNaN();
    assertThat(c.detectable(1)).isNaN();
  }

  private static SeedContrast.Evidence evidence(double resolution, double... perSeed) {
    return new SeedContrast(perSeed, resolution).evidence();
  }
}
