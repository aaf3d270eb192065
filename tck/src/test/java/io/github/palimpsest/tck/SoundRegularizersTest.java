package io.github.palimpsest.tck;

import static io.github.palimpsest.tck.Pulls.LAMBDA;
import static io.github.palimpsest.tck.Pulls.SHARE;
import static io.github.palimpsest.tck.Pulls.USUAL;
import static io.github.palimpsest.tck.Pulls.importance;
import static io.github.palimpsest.tck.Pulls.off;
import static io.github.palimpsest.tck.Pulls.pull;
import static io.github.palimpsest.tck.Pulls.stiff;
import static io.github.palimpsest.tck.Pulls.weighted;
import static io.github.palimpsest.tck.Pulls.without;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.palimpsest.api.component.Cost;
import io.github.palimpsest.api.component.Onset;
import io.github.palimpsest.api.component.Promise;
import io.github.palimpsest.api.component.Setting;
import io.github.palimpsest.tck.rule.RegularizerRule;
import io.github.palimpsest.tck.rule.Rule;
import io.github.palimpsest.tck.rule.SpiRule;
import io.github.palimpsest.tck.subject.OtherImportance;
import io.github.palimpsest.tck.subject.QuadraticPull;
import io.github.palimpsest.tck.subject.QuadraticPull.Mistake;
import io.github.palimpsest.tck.subject.SquaredDistance;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What a regularizer may do without breaking a rule. */
@Tag("native")
class SoundRegularizersTest {
  private static List<Verdict> verdicts(Stub.OfRegularizer provider) {
    return Certification.here(Subject.of(provider)).verdicts();
  }

  private static Map<Rule, Outcome> outcomes(Stub.OfRegularizer provider) {
    return verdicts(provider).stream().collect(Collectors.toMap(Verdict::rule, Verdict::outcome));
  }

  @Test
  void without_a_mistake_every_rule_of_the_kind_is_kept() {
    List<Stub.OfRegularizer> all =
        List.of(
            pull(2),
            pull(2 / 1.04),
            stiff(),
            weighted(SHARE, 1),
            without(Promise.COUNTS_ALL_TASKS, Mistake.OVERWRITES));
    for (Stub.OfRegularizer good : all) {
      assertThat(verdicts(good))
          .filteredOn(v -> v.rule() instanceof RegularizerRule && v.refuses())
          .extracting(Verdict::text)
          .isEmpty();
    }
  }

  @Test
  void a_tolerance_that_is_asked_for_multiplies_those_of_the_rules() {
    assertThat(Mutant.outcome(off(0.01, 0.01), RegularizerRule.REG_10)).isEqualTo(Outcome.FAILED);
    assertThat(Mutant.outcome(off(0.01, 0.01), RegularizerRule.REG_10, 20))
        .isEqualTo(Outcome.PASSED);
    assertThat(Mutant.outcome(off(0, 0.03), RegularizerRule.REG_04)).isEqualTo(Outcome.FAILED);
    assertThat(Mutant.outcome(off(0, 0.03), RegularizerRule.REG_04, 20)).isEqualTo(Outcome.PASSED);
    Stub.OfRegularizer given = pull(2, Mistake.GIVES_A_LITTLE_MORE);
    assertThat(Mutant.outcome(given, RegularizerRule.REG_09)).isEqualTo(Outcome.FAILED);
    assertThat(Mutant.outcome(given, RegularizerRule.REG_09, 20)).isEqualTo(Outcome.PASSED);
  }

  @Test
  void a_square_of_the_distance_has_the_factor_one_half_without_importance_too() {
    for (double factor : new double[] {0.5, 1, 0.25, 0.3}) {
      Stub.OfRegularizer square =
          new Stub.OfRegularizer(
              Cost.NONE.snapshots(1),
              List.of(LAMBDA),
              Set.of(Promise.HALF_SQUARE, Promise.ZERO_AT_ANCHOR),
              s -> new SquaredDistance(s.get(LAMBDA) * factor));
      // a factor that is no mistake of a half may be part of the method
      boolean mistaken = factor == 1 || factor == 0.25;
      assertThat(outcomes(square))
          .as("factor %s", factor)
          .containsEntry(RegularizerRule.REG_04, mistaken ? Outcome.FAILED : Outcome.PASSED);
    }
  }

  @Test
  void where_nothing_can_be_set_no_strength_is_tried() {
    Stub.OfRegularizer fixed =
        new Stub.OfRegularizer(
            Cost.NONE.snapshots(2), List.of(), USUAL, s -> new QuadraticPull(10));
    assertThat(outcomes(fixed))
        .containsEntry(RegularizerRule.REG_04, Outcome.PASSED)
        .containsEntry(RegularizerRule.REG_10, Outcome.NOT_APPLICABLE)
        .containsEntry(RegularizerRule.REG_11, Outcome.NOT_APPLICABLE)
        .containsEntry(RegularizerRule.REG_09, Outcome.NOT_APPLICABLE);
  }

  @Test
  void a_strength_of_0_by_default_may_have_no_effect() {
    Setting<Double> off = Setting.real("lambda", 0, 0, 100, "strength");
    assertThat(outcomes(weighted(off, 1)))
        .containsEntry(RegularizerRule.REG_11, Outcome.PASSED)
        .containsEntry(RegularizerRule.REG_10, Outcome.PASSED);
  }

  @Test
  void what_acts_from_the_first_task_on_may_penalise_there() {
    Stub.OfRegularizer toTheStart =
        new Stub.OfRegularizer(
            Cost.NONE.snapshots(2),
            Onset.FIRST_TASK,
            List.of(LAMBDA),
            USUAL,
            s -> new QuadraticPull(s.get(LAMBDA), Mistake.PULLS_TO_THE_START));
    assertThat(outcomes(toTheStart))
        .containsEntry(RegularizerRule.REG_01, Outcome.PASSED)
        .containsEntry(SpiRule.SPI_11, Outcome.NOT_APPLICABLE);
  }

  @Test
  void a_promise_that_is_withdrawn_is_not_asked_for() {
    assertThat(outcomes(without(Promise.ZERO_AT_ANCHOR)))
        .containsEntry(RegularizerRule.REG_02, Outcome.NOT_APPLICABLE);
    assertThat(outcomes(without(Promise.HALF_SQUARE, Mistake.NO_ONE_HALF)))
        .containsEntry(RegularizerRule.REG_04, Outcome.PASSED)
        .containsEntry(RegularizerRule.REG_06, Outcome.PASSED)
        .containsEntry(RegularizerRule.REG_10, Outcome.NOT_APPLICABLE);
  }

  /** Their sum over an epoch is the same in whatever batches the examples come. */
  @Test
  void importance_that_is_linear_in_the_gradients_of_steps_depends_on_no_batch() {
    assertThat(outcomes(pull(2, Mistake.SUMMED_STEP_GRADIENTS)))
        .containsEntry(RegularizerRule.REG_06, Outcome.PASSED);
  }

  @Test
  void importance_may_be_free_of_its_scale() {
    assertThat(outcomes(importance(task -> new OtherImportance(task, 1, f -> 1))))
        .containsEntry(RegularizerRule.REG_06, Outcome.PASSED);
  }

  @Test
  void a_penalty_without_importance_is_not_asked_for_one() {
    assertThat(outcomes(pull(1, Mistake.NO_IMPORTANCE)))
        .containsEntry(RegularizerRule.REG_06, Outcome.NOT_APPLICABLE)
        .containsEntry(RegularizerRule.REG_10, Outcome.NOT_APPLICABLE)
        .containsEntry(RegularizerRule.REG_04, Outcome.PASSED);
  }
}
