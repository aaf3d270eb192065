package io.github.palimpsest.ewc;

import static io.github.palimpsest.ewc.GoldenWeights.vector;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.github.palimpsest.api.component.Onset;
import io.github.palimpsest.api.regularizer.RegularizerProvider;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("native")
class L2SpTest {
  private static final RegularizerProvider L2_SP = L2Sp.PROVIDER;

  @Test
  void half_lambda_times_the_squared_distance_from_the_pretrained_weights_in_every_task() {
    Sequence s = new Sequence(L2_SP, Map.of("lambda", 4));
    s.begin(vector("w", 1, 2));
    for (int t = 0; t < 3; t++) {
      Sequence.Evaluated e = s.penaltyAt(vector("w", 1.5, 4));
      // 4/2 * (0.5^2 + 2^2)
      assertThat(e.penalty()).as("penalty in task %d", t).isCloseTo(8.5f, within(1e-5f));
      assertThat(e.gradient().copy("w")).as("gradient").containsExactly(2f, 8f);
      s.finish(vector("w", 9 + t, 9), vector("w", 1, 1));
      s.begin(vector("w", 9 + t, 9));
    }
  }

  @Test
  void with_the_previous_anchor_nothing_is_held_in_the_first_task() {
    Sequence s = new Sequence(L2_SP, Map.of("lambda", 4, "anchor", "previous"));
    s.begin(vector("w", 1, 2));
    assertThat(s.penaltyAt(vector("w", 5, 5)).penalty()).as("first task").isEqualTo(0f);
    s.finish(vector("w", 5, 5), vector("w", 1, 1));
    s.finish(vector("w", 6, 6), vector("w", 1, 1));
    assertThat(s.penaltyAt(vector("w", 6, 7)).penalty()).as("4/2 * 1").isEqualTo(2f);
  }

  @Test
  void only_the_pretrained_anchor_acts_from_the_first_task_on() {
    assertThat(L2_SP.traits(Sequence.settings(L2_SP, Map.of())).onset())
        .isEqualTo(Onset.FIRST_TASK);
    assertThat(L2_SP.traits(Sequence.settings(L2_SP, Map.of("anchor", "previous"))).onset())
        .isEqualTo(Onset.LATER_TASKS);
  }
}
