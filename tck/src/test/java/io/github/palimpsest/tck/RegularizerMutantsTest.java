package io.github.palimpsest.tck;

import static io.github.palimpsest.tck.Pulls.LAMBDA;
import static io.github.palimpsest.tck.Pulls.SHARE;
import static io.github.palimpsest.tck.Pulls.USUAL;
import static io.github.palimpsest.tck.Pulls.afterATask;
import static io.github.palimpsest.tck.Pulls.importance;
import static io.github.palimpsest.tck.Pulls.pull;
import static io.github.palimpsest.tck.Pulls.sharing;
import static io.github.palimpsest.tck.Pulls.slope;
import static io.github.palimpsest.tck.Pulls.stiff;
import static io.github.palimpsest.tck.Pulls.weighted;
import static io.github.palimpsest.tck.Pulls.withCalls;
import static io.github.palimpsest.tck.Pulls.without;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.palimpsest.api.component.Cost;
import io.github.palimpsest.api.component.Promise;
import io.github.palimpsest.api.component.Setting;
import io.github.palimpsest.api.model.FinishedTask;
import io.github.palimpsest.api.parameter.Shape;
import io.github.palimpsest.tck.rule.RegularizerRule;
import io.github.palimpsest.tck.rule.SpiRule;
import io.github.palimpsest.tck.subject.AlteredRegularizer;
import io.github.palimpsest.tck.subject.ClosedForms;
import io.github.palimpsest.tck.subject.OtherImportance;
import io.github.palimpsest.tck.subject.QuadraticPull;
import io.github.palimpsest.tck.subject.QuadraticPull.Mistake;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;

@Tag("native")
class RegularizerMutantsTest {
  private static List<Mutant> mutants() {
    return Stream.of(
            ofThePenalty(),
            ofItsPlace(),
            ofImportance(),
            ofStrength(),
            RegularizerStepMutantsTest.mutants())
        .flatMap(List::stream)
        .toList();
  }

  private static List<Mutant> ofThePenalty() {
    return List.of(
        new Mutant(
            RegularizerRule.REG_15,
            "importance squared",
            ClosedForms.pulling(Mistake.IMPORTANCE_SQUARED),
            "the penalty of its closed form"),
        new Mutant(
            RegularizerRule.REG_15,
            "terms less from the third task on",
            ClosedForms.pulling(Mistake.FORGETS_FROM_THE_THIRD_TASK_ON),
            "after 4 tasks"),
        new Mutant(
            RegularizerRule.REG_07,
            "the last task alone, from the third on",
            pull(2, Mistake.FORGETS_FROM_THE_THIRD_TASK_ON),
            "written over that of task 0"),
        new Mutant(
            RegularizerRule.REG_09,
            "a gradient of two tasks where there are four",
            pull(2, Mistake.GIVES_TWO_TASKS_ALONE),
            "after 4 tasks"),
        new Mutant(RegularizerRule.REG_01, "a constant", pull(2, Mistake.CONSTANT_ADDED)),
        new Mutant(
            RegularizerRule.REG_01,
            "a vector of one element",
            pull((site, point, p) -> site.tf().reshape(p, site.tf().constant(new int[] {1})))),
        new Mutant(
            RegularizerRule.REG_01,
            "a slope before there is a value",
            pull((site, point, p) -> site.tf().math.add(p, slope(site.tf(), point)))),
        new Mutant(
            RegularizerRule.REG_01, "a reward", pull((site, point, p) -> site.tf().math.neg(p))),
        new Mutant(
            RegularizerRule.REG_01,
            "a distance whose root has no slope at 0",
            pull((site, point, p) -> site.finishedTasks() == 0 ? p : site.tf().math.sqrt(p))),
        new Mutant(
            RegularizerRule.REG_01,
            "a penalty that is no number after a task",
            pull((site, point, p) -> afterATask(site, p, site.tf().constant(Float.NaN)))),
        new Mutant(
            RegularizerRule.REG_01,
            "a penalty beyond all numbers after a task",
            pull(
                (site, point, p) ->
                    afterATask(site, p, site.tf().constant(Float.POSITIVE_INFINITY)))),
        new Mutant(
            RegularizerRule.REG_09,
            "twice the gradient, in closed form",
            pull(2, Mistake.GIVES_TWICE_THE_GRADIENT),
            "exactly twice that"),
        new Mutant(
            RegularizerRule.REG_09,
            "the gradient of one tensor",
            pull(2, Mistake.GIVES_ONE_TENSOR),
            "one tensor for each of"),
        new Mutant(
            RegularizerRule.REG_09,
            "a gradient without the importance",
            pull(2, Mistake.GIVES_NO_IMPORTANCE)),
        new Mutant(
            RegularizerRule.REG_01,
            "a strength that may be negative",
            weighted(Setting.real("lambda", 1, -10, 10, "strength"), 1),
            "lambda=-10"),
        new Mutant(
            RegularizerRule.REG_01,
            "an importance divided by its size",
            importance(task -> new OtherImportance(task, 1, v -> v / Math.abs(v))),
            "an importance that is all 0"),
        new Mutant(RegularizerRule.REG_14, "two copies where one is declared", pull(1)),
        new Mutant(RegularizerRule.REG_14, "six hundredths more than is declared", pull(2 / 1.06)),
        new Mutant(
            RegularizerRule.REG_14,
            "a tensor that is drawn and not declared",
            pull(
                (site, point, p) ->
                    site.tf()
                        .math
                        .add(
                            p,
                            site.tf()
                                .sum(
                                    site.drawn("p", Shape.of(3), rng -> new float[3]),
                                    site.tf().constant(0)))),
            "at most 0 numbers that are drawn"));
  }

  private static List<Mutant> ofItsPlace() {
    return List.of(
        new Mutant(
            RegularizerRule.REG_02,
            "the anchor of the task before",
            pull(3, Mistake.ANCHOR_OF_THE_TASK_BEFORE),
            "off by one"),
        new Mutant(
            RegularizerRule.REG_02,
            "a constant after a task",
            pull((site, point, p) -> afterATask(site, p, site.tf().constant(1f)))),
        new Mutant(
            RegularizerRule.REG_02,
            "a slope at the anchor, without a value",
            pull((site, point, p) -> afterATask(site, p, slope(site.tf(), point)))),
        new Mutant(
            RegularizerRule.REG_02,
            "more for the second task at its own weights",
            pull(
                (site, point, p) ->
                    site.finishedTasks() < 2 ? p : site.tf().math.mul(p, site.tf().constant(2f)))),
        new Mutant(
            RegularizerRule.REG_03,
            "a penalty at the point of its first call",
            pull(2, Mistake.FIRST_POINT_KEPT),
            "exactly the penalty at x"),
        new Mutant(RegularizerRule.REG_03, "more at every call", withCalls()),
        new Mutant(
            RegularizerRule.REG_05,
            "a snapshot in a field",
            pull(2, Mistake.SNAPSHOT_KEPT),
            "kept in a field"),
        new Mutant(
            RegularizerRule.REG_07,
            "a memory that is written over",
            pull(2, Mistake.OVERWRITES),
            "written over"),
        new Mutant(
            RegularizerRule.REG_07,
            "all tasks count, though that is not promised",
            without(Promise.COUNTS_ALL_TASKS),
            "COUNTS_ALL_TASKS is not promised"),
        new Mutant(
            SpiRule.SPI_11,
            "steps of the first task followed, with a later onset declared",
            pull(2, Mistake.SQUARED_TASK_MEAN),
            "was trained without it"),
        new Mutant(
            SpiRule.SPI_11,
            "a pull to where the first task starts, with a later onset declared",
            pull(2, Mistake.PULLS_TO_THE_START),
            "before any task is finished"),
        new Mutant(
            SpiRule.SPI_03,
            "one object for all, with a snapshot in a field",
            sharing(new QuadraticPull(10, Mistake.COUNTS_BINDINGS))));
  }

  private static List<Mutant> ofImportance() {
    return List.of(
        new Mutant(
            RegularizerRule.REG_06,
            "the square of a task's mean gradient",
            pull(2, Mistake.SQUARED_TASK_MEAN),
            "the mean gradient of a task"),
        new Mutant(
            RegularizerRule.REG_06,
            "squares of the gradients that steps hand on",
            pull(2, Mistake.SQUARED_STEP_GRADIENTS),
            "a mean over its batch"),
        new Mutant(
            RegularizerRule.REG_06,
            "the square of the batch mean's gradient",
            pull(1, Mistake.SQUARED_BATCH_MEAN),
            "of a mean over the batch"),
        new Mutant(
            RegularizerRule.REG_06,
            "importance squared once more",
            pull(2, Mistake.IMPORTANCE_SQUARED),
            "squared again"),
        new Mutant(
            RegularizerRule.REG_06,
            "the root of importance",
            importance(task -> new OtherImportance(task, 1, Math::sqrt))),
        new Mutant(
            RegularizerRule.REG_06,
            "squares of the mean gradient of four examples",
            importance(task -> new OtherImportance(task, 4, f -> f)),
            "the square of the batch mean"));
  }

  /** Its importance is finite at strength 0 after one task, and not after others. */
  private static Stub.OfRegularizer dividing() {
    return new Stub.OfRegularizer(
        Cost.NONE.snapshots(2),
        List.of(LAMBDA),
        USUAL,
        s ->
            site ->
                new AlteredRegularizer(new QuadraticPull(s.get(LAMBDA)).bind(site)) {
                  @Override
                  public void afterTask(FinishedTask task) {
                    super.afterTask(
                        task.index() == 0
                            ? task
                            : new OtherImportance(task, 1, v -> v / s.get(LAMBDA)));
                  }
                });
  }

  private static List<Mutant> ofStrength() {
    return List.of(
        new Mutant(
            RegularizerRule.REG_11,
            "an importance divided by the strength from the second task on",
            dividing(),
            "a division by the strength"),
        new Mutant(
            RegularizerRule.REG_04,
            "a missing one-half",
            pull(2, Mistake.NO_ONE_HALF),
            "exactly twice that"),
        new Mutant(
            RegularizerRule.REG_04,
            "a missing one-half under another name of the strength",
            stiff(Mistake.NO_ONE_HALF),
            "exactly twice that"),
        new Mutant(
            RegularizerRule.REG_04,
            "a gradient of half the penalty's slope",
            pull(2, Mistake.GRADIENT_STOPPED),
            "exactly half of that"),
        new Mutant(
            RegularizerRule.REG_04,
            "a gradient of a third more than the slope",
            pull(
                (site, point, p) -> {
                  Ops tf = site.tf();
                  Operand<TFloat32> third = tf.math.mul(p, tf.constant(1 / 3f));
                  return tf.math.add(p, tf.math.sub(third, tf.stopGradient(third)));
                }),
            "1.333 times that"),
        new Mutant(
            RegularizerRule.REG_04,
            "a strength that is squared",
            weighted(LAMBDA, 2),
            "a strength applied twice"),
        new Mutant(RegularizerRule.REG_04, "a strength that is its cube", weighted(LAMBDA, 3)),
        new Mutant(
            RegularizerRule.REG_04,
            "a share that is squared",
            weighted(SHARE, 2),
            "a strength applied twice"),
        new Mutant(
            RegularizerRule.REG_10,
            "a missing one-half",
            pull(2, Mistake.NO_ONE_HALF),
            "exactly twice that"),
        new Mutant(
            RegularizerRule.REG_10,
            "a one-half too many",
            pull((site, point, p) -> site.tf().math.mul(p, site.tf().constant(0.5f))),
            "exactly half of that"),
        new Mutant(
            RegularizerRule.REG_10,
            "a hundredth too much",
            pull((site, point, p) -> site.tf().math.mul(p, site.tf().constant(1.01f))),
            "1.010 times that"),
        new Mutant(
            RegularizerRule.REG_11, "a pull at strength 0", pull(2, Mistake.PULL_AT_STRENGTH_0)),
        new Mutant(
            RegularizerRule.REG_11,
            "a pull at strength 0 where examples are rehearsed",
            new Stub.OfRegularizer(
                Cost.NONE.snapshots(2),
                List.of(LAMBDA),
                USUAL,
                s ->
                    AlteredRegularizer.penalty(
                        new QuadraticPull(s.get(LAMBDA)), Pulls::moreWhereRehearsed))),
        new Mutant(
            RegularizerRule.REG_11,
            "a penalty without a slope",
            pull((site, point, p) -> site.tf().stopGradient(p)),
            "a penalty that has no effect"),
        new Mutant(
            RegularizerRule.REG_11,
            "no effect and no strength",
            new Stub.OfRegularizer(
                Cost.NONE.snapshots(2),
                List.of(),
                USUAL,
                s ->
                    AlteredRegularizer.penalty(
                        new QuadraticPull(10), (site, point, p) -> site.tf().stopGradient(p))),
            "a penalty that has no effect"));
  }

  @TestFactory
  Stream<DynamicTest> every_wrong_penalty_is_refused_by_its_rule() {
    return Mutant.tests(ofThePenalty());
  }

  @TestFactory
  Stream<DynamicTest> every_penalty_at_a_wrong_place_is_refused_by_its_rule() {
    return Mutant.tests(ofItsPlace());
  }

  @TestFactory
  Stream<DynamicTest> every_wrong_importance_is_refused_by_its_rule() {
    return Mutant.tests(ofImportance());
  }

  @TestFactory
  Stream<DynamicTest> every_wrong_strength_is_refused_by_its_rule() {
    return Mutant.tests(ofStrength());
  }

  @Test
  void a_penalty_is_compared_with_its_closed_form_if_it_has_one() {
    assertThat(Mutant.outcome(ClosedForms.pulling(), RegularizerRule.REG_15))
        .isEqualTo(Outcome.PASSED);
    assertThat(Mutant.outcome(pull(2), RegularizerRule.REG_15)).isEqualTo(Outcome.NOT_APPLICABLE);
  }

  /** As the running Fisher information of RWalk. */
  @Test
  void who_squares_batch_means_and_says_so_keeps_the_rule() {
    Stub.OfRegularizer silent = pull(2, Mistake.SQUARED_STEP_GRADIENTS);
    Stub.OfRegularizer open =
        without(Promise.PER_EXAMPLE_IMPORTANCE, Mistake.SQUARED_STEP_GRADIENTS);
    assertThat(Mutant.outcome(silent, RegularizerRule.REG_06)).isEqualTo(Outcome.FAILED);
    assertThat(Mutant.outcome(open, RegularizerRule.REG_06)).isEqualTo(Outcome.NOT_APPLICABLE);
  }

  @Test
  void every_rule_has_a_mutant() {
    Mutant.cover(mutants(), List.of(RegularizerRule.values()));
  }
}
