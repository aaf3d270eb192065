package io.github.palimpsest.ewc;

import static io.github.palimpsest.ewc.Classifier.descent;
import static io.github.palimpsest.ewc.Classifier.loop;
import static io.github.palimpsest.ewc.Classifier.momentum;
import static io.github.palimpsest.ewc.Classifier.run;
import static io.github.palimpsest.ewc.GoldenWeights.vector;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.github.palimpsest.api.component.Cost;
import io.github.palimpsest.api.component.Provider;
import io.github.palimpsest.api.optimizer.Optimizer;
import io.github.palimpsest.api.regularizer.Regularizer;
import io.github.palimpsest.engine.Seats;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What holds for each regularizer of this plugin, in each of its modes. */
@Tag("native")
class EveryRegularizerTest {
  /**
   * A regularizer with settings.
   *
   * @param strength the key of its strength
   */
  record Subject(Provider<Regularizer> provider, String strength, Map<String, Object> more) {
    Map<String, Object> settings(double s) {
      TreeMap<String, Object> all = new TreeMap<>(more);
      all.put(strength, s);
      return all;
    }

    Seats with(Optimizer optimizer, double s) {
      return Seats.of(optimizer)
          .with("0-" + provider.id(), Sequence.regularizer(provider, settings(s)));
    }

    @Override
    public String toString() {
      return provider.id() + " " + more;
    }
  }

  static Stream<Subject> subjects() {
    return Stream.of(
        new Subject(Ewc.PROVIDER, "lambda", Map.of("mode", "online", "gamma", 0.5)),
        new Subject(Ewc.PROVIDER, "lambda", Map.of("mode", "separate")),
        new Subject(L2Sp.PROVIDER, "lambda", Map.of("anchor", "pretrained")),
        new Subject(L2Sp.PROVIDER, "lambda", Map.of("anchor", "previous")),
        new Subject(Mas.PROVIDER, "lambda", Map.of()),
        new Subject(SynapticIntelligence.PROVIDER, "c", Map.of()));
  }

  @ParameterizedTest
  @MethodSource("subjects")
  void strength_zero_is_bit_identical_to_absent_and_costs_nothing(Subject s) {
    TreeMap<String, float[]> absent = run(loop(Seats.of(momentum(0.1f)), null));
    TreeMap<String, float[]> off = run(loop(s.with(momentum(0.1f), 0), null));
    absent.forEach((name, w) -> assertThat(off.get(name)).as(name).containsExactly(w));
    assertThat(s.provider().traits(Sequence.settings(s.provider(), s.settings(0))).cost())
        .isEqualTo(Cost.NONE);
  }

  @ParameterizedTest
  @MethodSource("subjects")
  void strength_above_zero_changes_the_training(Subject s) {
    assertThat(run(loop(s.with(momentum(0.1f), 0.5), null)).get("fc1.weight"))
        .isNotEqualTo(run(loop(Seats.of(momentum(0.1f)), null)).get("fc1.weight"));
  }

  @ParameterizedTest
  @MethodSource("subjects")
  void at_the_anchor_penalty_and_gradient_are_exactly_zero(Subject s) {
    Sequence q = new Sequence(s.provider(), s.settings(3));
    q.begin(vector("w", 0.1, -7));
    Sequence.Evaluated first = q.penaltyAt(vector("w", 0.1, -7));
    assertThat(first.penalty()).as("before the first task").isEqualTo(0f);
    q.finish(vector("w", 0.1, -7), vector("w", 2, 5));
    Sequence.Evaluated e = q.penaltyAt(vector("w", 0.1, -7));
    assertThat(e.penalty()).as("penalty").isEqualTo(0f);
    assertThat(e.gradient().copy("w")).as("gradient").containsExactly(0f, 0f);
  }

  @ParameterizedTest
  @MethodSource("subjects")
  void the_gradient_equals_finite_differences_and_both_are_linear_in_the_strength(Subject s) {
    double[] at = {0.7, 0.2};
    Sequence q = twoTasks(s, 2);
    Sequence stronger = twoTasks(s, 4);
    float[] gradient = q.penaltyAt(vector("w", at)).gradient().copy("w");
    double h = 1.0 / 64; // a quadratic has no error term, so a wide step is exact up to rounding
    for (int i = 0; i < at.length; i++) {
      double[] up = at.clone();
      double[] down = at.clone();
      up[i] += h;
      down[i] -= h;
      double slope =
          (q.penaltyAt(vector("w", up)).penalty() - q.penaltyAt(vector("w", down)).penalty())
              / (2 * h);
      assertThat((double) gradient[i]).as("coordinate %d", i).isCloseTo(slope, within(1e-3));
    }
    assertThat(q.penaltyAt(vector("w", at)).penalty()).as("at least 0").isGreaterThan(0);
    assertThat(stronger.penaltyAt(vector("w", at)).penalty())
        .as("strength 4 against strength 2")
        .isEqualTo(2 * q.penaltyAt(vector("w", at)).penalty());
  }

  private static Sequence twoTasks(Subject s, double strength) {
    Sequence q = new Sequence(s.provider(), s.settings(strength));
    q.begin(vector("w", 0, 0));
    q.finish(vector("w", 1, -1), vector("w", 0.5, 3));
    q.begin(vector("w", 1, -1));
    q.finish(vector("w", 0.5, -2), vector("w", 1, 0.25));
    return q;
  }

  @ParameterizedTest
  @MethodSource("subjects")
  void a_run_killed_at_any_step_ends_with_the_same_bits(Subject s, @TempDir Path folder) {
    TreeMap<String, float[]> whole = run(loop(s.with(momentum(0.1f), 0.5), null));
    for (int stop : new int[] {5, 9}) {
      Path own = folder.resolve("stop-" + stop);
      int[] seen = {0};
      assertThatThrownBy(
              () ->
                  run(
                      loop(s.with(momentum(0.1f), 0.5), own),
                      (task, step, total, loss) -> {
                        if (++seen[0] == stop) {
                          throw new IllegalStateException("killed");
                        }
                      }))
          .hasMessage("killed");
      TreeMap<String, float[]> resumed = run(loop(s.with(momentum(0.1f), 0.5), own));
      whole.forEach(
          (name, w) ->
              assertThat(resumed.get(name)).as("%s after %d", name, stop).containsExactly(w));
    }
  }

  @ParameterizedTest
  @MethodSource("subjects")
  void the_steps_of_a_task_are_not_changed_by_following_them(Subject s) {
    // a tiny strength: whatever changes the first task must come from elsewhere than the penalty
    assertThat(run(loop(s.with(descent(0.1f), 1e-30), null)).get("fc1.weight"))
        .containsExactly(run(loop(Seats.of(descent(0.1f)), null)).get("fc1.weight"));
  }
}
