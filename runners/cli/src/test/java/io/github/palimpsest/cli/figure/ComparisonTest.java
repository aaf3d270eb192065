package io.github.palimpsest.cli.figure;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.palimpsest.results.statistics.SeedContrast;
import org.junit.jupiter.api.Test;

class ComparisonTest {
  /** The 0.975 quantile of Student's t on 4 degrees of freedom, from tables. */
  private static final double T4 = 2.776;

  private static String of(double... differences) {
    return new Comparison(
            "forgetting", "adamw", new SeedContrast(differences, Measurements.RESOLUTION))
        .sentence();
  }

  @Test
  void an_interval_without_0_is_a_difference_in_the_direction_of_its_sign() {
    // mean 3, sum of squares around it 10: sd = sqrt(10 / 4), half width T4 sd / sqrt(5)
    double half = T4 * Math.sqrt(2.5 / 5);
    assertThat(half).isBetween(1.962, 1.964);
    assertThat(of(1, 2, 3, 4, 5))
        .isEqualTo(
            "The forgetting is 3.000 nats higher than that of `adamw` (95 % interval 1.037 to 4.963, 5 seeds).");
    assertThat(of(-1, -2, -3, -4, -5))
        .isEqualTo(
            "The forgetting is 3.000 nats lower than that of `adamw` (95 % interval 1.037 to 4.963, 5 seeds).");
  }

  @Test
  void an_interval_with_0_leaves_the_question_open() {
    assertThat(of(-2, -1, 0, 1, 2))
        .isEqualTo(
            "Whether the forgetting differs from that of `adamw` is open: the difference is 0.000 nats"
                + " (95 % interval -1.963 to 1.963, 5 seeds).");
  }

  @Test
  void equal_values_are_said_to_be_equal_and_equal_differences_have_no_interval() {
    assertThat(of(0, 0, 1e-4, 0, 0))
        .isEqualTo("The forgetting is that of `adamw` at each of 5 seeds, to 0.0001 nats.");
    assertThat(of(2, 2, 2, 2, 2))
        .startsWith("The forgetting is 2.000 nats from that of `adamw`; ")
        .contains("no interval is defined");
  }

  @Test
  void two_seeds_claim_nothing() {
    assertThat(of(2, 3)).contains("two seeds carry neither an interval nor a p-value");
  }
}
