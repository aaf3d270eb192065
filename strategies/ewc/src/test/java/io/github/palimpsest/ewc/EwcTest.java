package io.github.palimpsest.ewc;

import static io.github.palimpsest.ewc.GoldenWeights.vector;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.github.palimpsest.api.PalimpsestException;
import io.github.palimpsest.api.regularizer.RegularizerProvider;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("native")
class EwcTest {
  private static final RegularizerProvider EWC = Ewc.PROVIDER;

  @Test
  void before_the_first_task_the_penalty_is_exactly_zero() {
    Sequence.Evaluated e = new Sequence(EWC, Map.of()).penaltyAt(vector("w", 1, 2));
    assertThat(e.penalty()).as("penalty").isEqualTo(0f);
    assertThat(e.gradient().copy("w")).as("gradient").containsExactly(0f, 0f);
  }

  @Test
  void at_the_anchor_penalty_and_gradient_are_exactly_zero() {
    for (String mode : new String[] {"online", "separate"}) {
      Sequence s = new Sequence(EWC, Map.of("lambda", 3, "mode", mode));
      s.finish(vector("w", 0.1, -7), vector("w", 2, 5));
      Sequence.Evaluated e = s.penaltyAt(vector("w", 0.1, -7));
      assertThat(e.penalty()).as("%s penalty", mode).isEqualTo(0f);
      assertThat(e.gradient().copy("w")).as("%s gradient", mode).containsExactly(0f, 0f);
    }
  }

  @Test
  void the_one_half_is_in_the_penalty_and_not_in_the_gradient() {
    Sequence s = new Sequence(EWC, Map.of("lambda", 10));
    s.finish(vector("w", 1, 1), vector("w", 2, 3));
    Sequence.Evaluated e = s.penaltyAt(vector("w", 1.5, 3));
    // 10/2 * (2 * 0.5^2 + 3 * 2^2), and 10 * F * d
    assertThat(e.penalty()).as("penalty").isCloseTo(62.5f, within(1e-4f));
    assertThat(e.gradient().copy("w")).as("gradient").containsExactly(10f, 60f);
  }

  @Test
  void the_penalty_is_linear_in_lambda() {
    float[] penalties = new float[2];
    double[] lambdas = {1, 4};
    for (int i = 0; i < 2; i++) {
      Sequence s = new Sequence(EWC, Map.of("lambda", lambdas[i]));
      s.finish(vector("w", 1, 1), vector("w", 2, 3));
      penalties[i] = s.penaltyAt(vector("w", 0.3, 3)).penalty();
    }
    assertThat(penalties[1]).as("lambda 4 against lambda 1").isEqualTo(4 * penalties[0]);
  }

  @Test
  void the_gradient_equals_finite_differences() {
    Sequence s = new Sequence(EWC, Map.of("lambda", 2, "mode", "separate"));
    s.finish(vector("w", 1, -1), vector("w", 0.5, 3));
    s.finish(vector("w", 0.5, -2), vector("w", 1, 0.25));
    double[] at = {0.7, 0.2};
    float[] gradient = s.penaltyAt(vector("w", at)).gradient().copy("w");
    double h = 1.0 / 64; // a quadratic has no error term, so a wide step is exact up to rounding
    for (int i = 0; i < at.length; i++) {
      double[] up = at.clone();
      double[] down = at.clone();
      up[i] += h;
      down[i] -= h;
      double slope =
          (s.penaltyAt(vector("w", up)).penalty() - s.penaltyAt(vector("w", down)).penalty())
              / (2 * h);
      assertThat((double) gradient[i]).as("coordinate %d", i).isCloseTo(slope, within(1e-3));
    }
  }

  @Test
  void lambda_zero_keeps_no_memory_and_costs_nothing() {
    Sequence s = new Sequence(EWC, Map.of("lambda", 0));
    s.finish(vector("w", 1), vector("w", 2));
    assertThat(s.memories()).as("memories").isEmpty();
    assertThat(s.penaltyAt(vector("w", 9)).penalty()).as("penalty").isEqualTo(0f);
  }

  @Test
  void separate_mode_keeps_two_copies_a_task_and_online_mode_two_in_all() {
    Sequence separate = new Sequence(EWC, Map.of("mode", "separate"));
    Sequence online = new Sequence(EWC, Map.of("mode", "online"));
    for (int t = 0; t < 2; t++) {
      separate.finish(vector("w", t), vector("w", 1));
      online.finish(vector("w", t), vector("w", 1));
    }
    assertThat(separate.memories())
        .containsExactlyInAnyOrder("fisher-0", "anchor-0", "fisher-1", "anchor-1");
    assertThat(online.memories()).containsExactlyInAnyOrder("fisher", "anchor");
  }

  @Test
  void gamma_zero_forgets_the_older_task() {
    Sequence s = new Sequence(EWC, Map.of("mode", "online", "gamma", 0));
    s.finish(vector("w", 5, 5), vector("w", 7, 7));
    s.finish(vector("w", 1, 2), vector("w", 3, 4));
    assertThat(s.memory("fisher").copy("w")).containsExactly(3f, 4f);
    assertThat(s.memory("anchor").copy("w")).containsExactly(1f, 2f);
  }

  @Test
  void normalisation_divides_before_the_clip_cuts() {
    Sequence max = new Sequence(EWC, Map.of("normalize", "max", "clip", 0.5));
    max.finish(vector("w", 0, 0, 0), vector("w", 1, 2, 8));
    assertThat(max.memory("fisher").copy("w")).as("by max").containsExactly(0.125f, 0.25f, 0.5f);
    Sequence mean = new Sequence(EWC, Map.of("normalize", "mean"));
    mean.finish(vector("w", 0, 0, 0), vector("w", 1, 3, 8));
    assertThat(mean.memory("fisher").copy("w")).as("by mean").containsExactly(0.25f, 0.75f, 2f);
    Sequence zero = new Sequence(EWC, Map.of("normalize", "max"));
    zero.finish(vector("w", 0), vector("w", 0));
    assertThat(zero.memory("fisher").copy("w")).as("no importance at all").containsExactly(0f);
  }

  @Test
  void settings_out_of_range_are_refused_by_name() {
    assertThatThrownBy(() -> new Sequence(EWC, Map.of("lambda", -1)))
        .isInstanceOf(PalimpsestException.class)
        .hasMessageContaining("lambda")
        .hasMessageContaining("at least 0");
    assertThatThrownBy(() -> new Sequence(EWC, Map.of("gamma", 1.5)))
        .isInstanceOf(PalimpsestException.class)
        .hasMessageContaining("from 0 to 1");
    assertThatThrownBy(() -> new Sequence(EWC, Map.of("mode", "both")))
        .isInstanceOf(PalimpsestException.class)
        .hasMessageContaining("one of online, separate");
  }
}
