package io.github.palimpsest.serve;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class HostLogitsTest {
  @Test
  void the_likeliest_tokens_come_first_and_of_equal_ones_the_lower_id() {
    // the first value is of another row
    float[] logits = {9, 1, 3, -2, 3, 5};
    Job.Chosen chosen = HostLogits.chosen(logits, 1, 5, 2, 4);
    double total = Math.log(Math.exp(1) + 2 * Math.exp(3) + Math.exp(-2) + Math.exp(5));
    assertThat(chosen.topIds()).containsExactly(4, 1, 3, 0);
    assertThat(chosen.top())
        .containsExactly(new double[] {5 - total, 3 - total, 3 - total, 1 - total}, within(1e-12));
    assertThat(chosen.logProbability()).isCloseTo(-2 - total, within(1e-12));
  }

  @Test
  void more_tokens_than_there_are_give_all() {
    assertThat(HostLogits.chosen(new float[] {1, 2}, 0, 2, 0, 20).topIds()).containsExactly(1, 0);
    assertThat(HostLogits.chosen(new float[] {1, 2}, 0, 2, 0, 0).topIds()).isEmpty();
  }
}
