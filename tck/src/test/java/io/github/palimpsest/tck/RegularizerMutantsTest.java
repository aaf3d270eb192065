package io.github.palimpsest.tck;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.palimpsest.api.Cost;
import io.github.palimpsest.api.Kind;
import io.github.palimpsest.api.Promise;
import io.github.palimpsest.api.Setting;
import io.github.palimpsest.tck.QuadraticPull.Mistake;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

class RegularizerMutantsTest {
  private static final Setting<Double> LAMBDA =
      Setting.real("lambda", 10, 0, Double.MAX_VALUE, "strength");

  private static final Setting<Double> ALPHA =
      Setting.real("alpha", 0.5, 0, 1, "a share of something else");

  private static Stub.OfRegularizer pull(double snapshots, Mistake... mistakes) {
    return new Stub.OfRegularizer(
        new Cost(0, 0, snapshots),
        List.of(LAMBDA),
        Promise.usual(Kind.REGULARIZER),
        s -> new QuadraticPull(s.get(LAMBDA), mistakes));
  }

  /** A strength of another name that cannot be 0. */
  private static Stub.OfRegularizer stiff(Mistake... mistakes) {
    Setting<Double> stiffness = Setting.real("stiffness", 40, 0.001, 1e6, "strength");
    return new Stub.OfRegularizer(
        new Cost(0, 0, 2),
        List.of(ALPHA, stiffness),
        Promise.usual(Kind.REGULARIZER),
        s -> new QuadraticPull(s.get(stiffness), mistakes));
  }

  private static List<Mutant> mutants() {
    return List.of(
        new Mutant(
            RegularizerRule.REG_04,
            "a missing one-half under another name of the strength",
            stiff(Mistake.NO_ONE_HALF),
            "exactly twice that"),
        new Mutant(
            RegularizerRule.REG_06,
            "the square of a task's mean gradient",
            pull(2, Mistake.SQUARED_TASK_MEAN),
            "the mean gradient of a task"),
        new Mutant(
            SpiRule.C1,
            "steps of the first task followed, with a later onset declared",
            pull(2, Mistake.SQUARED_TASK_MEAN),
            "was trained without it"),
        new Mutant(
            SpiRule.C1,
            "a pull to where the first task starts, with a later onset declared",
            pull(2, Mistake.PULLS_TO_THE_START),
            "before any task is finished"),
        new Mutant(RegularizerRule.REG_01, "a constant", pull(2, Mistake.CONSTANT_ADDED)),
        new Mutant(
            RegularizerRule.REG_02,
            "the anchor of the task before",
            pull(3, Mistake.ANCHOR_OF_THE_TASK_BEFORE)),
        new Mutant(
            RegularizerRule.REG_03,
            "a penalty at the point of its first call",
            pull(2, Mistake.FIRST_POINT_KEPT),
            "exactly the penalty at x"),
        new Mutant(
            RegularizerRule.REG_04,
            "a missing one-half",
            pull(2, Mistake.NO_ONE_HALF),
            "exactly twice that"),
        new Mutant(
            RegularizerRule.REG_04,
            "a gradient of half the penalty's slope",
            pull(2, Mistake.GRADIENT_STOPPED),
            "exactly half of that"),
        new Mutant(
            RegularizerRule.R1,
            "a missing one-half",
            pull(2, Mistake.NO_ONE_HALF),
            "exactly twice that"),
        new Mutant(
            RegularizerRule.REG_05,
            "a snapshot in a field",
            pull(2, Mistake.SNAPSHOT_KEPT),
            "kept in a field"),
        new Mutant(
            RegularizerRule.REG_06,
            "the square of the batch mean's gradient",
            pull(1, Mistake.SQUARED_BATCH_MEAN),
            "of a mean over the batch"),
        new Mutant(
            RegularizerRule.REG_06,
            "importance squared once more",
            pull(2, Mistake.IMPORTANCE_SQUARED),
            "squared once more"),
        new Mutant(
            RegularizerRule.REG_07,
            "a memory that is written over",
            pull(2, Mistake.OVERWRITES),
            "written over"),
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
        new Mutant(RegularizerRule.R2, "a pull at strength 0", pull(2, Mistake.PULL_AT_STRENGTH_0)),
        new Mutant(RegularizerRule.R5, "two copies where one is declared", pull(1)));
  }

  @TestFactory
  Stream<DynamicTest> every_mutant_is_refused_by_its_rule() {
    return Mutant.tests(mutants());
  }

  @Test
  void every_rule_has_a_mutant() {
    Mutant.cover(mutants(), List.of(RegularizerRule.values()));
  }

  @Test
  void without_a_mistake_every_rule_of_the_kind_is_kept() {
    for (Stub.OfRegularizer good : List.of(pull(2), stiff())) {
      assertThat(Certification.here(Subject.of(good)).verdicts())
          .filteredOn(v -> v.rule() instanceof RegularizerRule && v.refuses())
          .extracting(Verdict::text)
          .isEmpty();
    }
  }
}
