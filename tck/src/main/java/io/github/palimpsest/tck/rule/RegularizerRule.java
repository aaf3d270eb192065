package io.github.palimpsest.tck.rule;

import static io.github.palimpsest.tck.rule.RuleText.must;
import static io.github.palimpsest.tck.rule.RuleText.untested;

/** Rules for regularizers. */
public enum RegularizerRule implements Rule {
  /**
   * The penalty is a finite scalar of at least 0, also with another word, at the ends of each range
   * and 0 within it, and if all importance is 0. It is exactly 0 before the first task is finished,
   * unless the declared onset is the first task.
   */
  REG_01(
      must(
          "REG-01",
          "The penalty is a finite scalar of at least 0, also with another word, at the ends of each range and 0 within it, and if all importance is 0. It is exactly 0 before the first task is finished, unless the declared onset is the first task.",
          "a constant or epsilon that is added, and what is returned when site.finishedTasks() is 0")),
  /**
   * At the weights with which a task finished, that task adds nothing to the penalty or its
   * gradient.
   */
  REG_02(
      must(
          "REG-02",
          "At the weights with which a task finished, that task adds nothing to the penalty or its gradient.",
          "which weights are remembered as the anchor: those of this task, under the name that is read")),
  /** A penalty depends on the given point and on nothing else that changes. */
  REG_03(
      must(
          "REG-03",
          "A penalty depends on the given point and on nothing else that changes.",
          "operands kept from an earlier call of penalty; use point.at() each time")),
  /**
   * The gradient of a penalty equals its finite differences; the penalty is linear in its strength;
   * with importance F it is strength/2 * sum F (w - a)^2, and a multiple of sum (w - a)^2 has the
   * one-half too.
   */
  REG_04(
      must(
          "REG-04",
          "The gradient of a penalty equals its finite differences; the penalty is linear in its strength; with importance F it is strength/2 * sum F (w - a)^2, and a multiple of sum (w - a)^2 has the one-half too.",
          "the one-half, stopped gradients, and a strength applied twice")),
  /**
   * Memories do not change while training goes on, and a fresh object with the same memories gives
   * the same penalty.
   */
  REG_05(
      must(
          "REG-05",
          "Memories do not change while training goes on, and a fresh object with the same memories gives the same penalty and leaves the same memories of later tasks.",
          "a snapshot or tensor kept in a field; what outlives the task goes into remember")),
  /**
   * A penalty over a batch is the mean over its micro-batches. Importance does not depend on the
   * batch if that is promised: it is linear in the mean squared gradient, or independent of its
   * scale.
   */
  REG_06(
      must(
          "REG-06",
          "A penalty over a batch is the mean over its micro-batches. Importance does not depend on the batch if that is promised: it is linear in the mean squared gradient, or independent of its scale.",
          "squares of a batch mean instead of means of squares; FinishedTask.meanSquaredGradient is already squared, for each example")),
  /**
   * Every finished task counts if that is promised; otherwise only the last one counts. A task
   * counts if other weights and another importance of it, some of it 0, give another penalty or
   * constraint.
   */
  REG_07(
      must(
          "REG-07",
          "Every finished task counts if that is promised; otherwise only the last one counts. A task counts if other weights and another importance of it, some of it 0, give another penalty or constraint.",
          "memories of one name overwrite each other; recall what was remembered before")),
  /** Tracking the steps of a task does not change its training. */
  REG_08(
      untested(
          "REG-08",
          "Tracking the steps of a task does not change its training.",
          "the engine builds tracking after the updates, from copies, and tests that")),
  /**
   * If a regularizer returns its gradient in closed form, that is the gradient of its penalty, and
   * the penalty is a function of the trainable tensors only.
   */
  REG_09(
      must(
          "REG-09",
          "If a regularizer returns its gradient in closed form, that is the gradient of its penalty, also with a word changed, and the penalty is a function of the trainable tensors only.",
          "the factor 2 of a square's derivative, and a strength that one of the two lacks")),
  /** Away from the anchor a penalty with importance equals its closed form, if that is promised. */
  REG_10(
      must(
              "REG-10",
              "Away from the anchor a penalty with importance equals its closed form, if that is promised.",
              "the one-half, and which of importance and anchor belong to the same task")
          .formerly("R1")),
  /**
   * With strength 0 training has the same bits as without the regularizer, with rehearsal or
   * without it, and the penalty has no gradient after four tasks; with another strength training
   * differs in one of the two.
   */
  REG_11(
      must(
              "REG-11",
              "With strength 0 training has the same bits as without the regularizer, with rehearsal or without it, and the penalty has no gradient after four tasks; with another strength training differs in one of the two.",
              "terms that the strength does not multiply; a penalty that never reaches the objective")
          .formerly("R2")),
  /**
   * The importance estimate is the same for every batch size and order of examples, or the
   * regularizer says otherwise.
   */
  REG_12(
      untested(
              "REG-12",
              "The importance estimate is the same for every batch size and order of examples, or the regularizer says otherwise.",
              "the engine makes the estimate, and tests that; what a regularizer does with it is REG-06")
          .formerly("R3")),
  /** Importance contains no gradient of a penalty, and no data except the finished task's. */
  REG_13(
      untested(
              "REG-13",
              "Importance contains no gradient of a penalty, and no data except the finished task's.",
              "the engine computes it and tests that; a regularizer can only read it")
          .formerly("R4")),
  /**
   * Memory per parameter, and what is drawn, are at most the declared amounts, and no tensor of a
   * parameter's size moves between host and device during a step.
   */
  REG_14(
      must(
              "REG-14",
              "Memory per parameter, and what is drawn, are at most the declared amounts, and no tensor of a parameter's size moves between host and device during a step.",
              "Cost.snapshotsPerTask in traits, and Regularizer.drawn")
          .formerly("R5")),
  /** A penalty with a closed form has its value after one, two and four tasks. */
  REG_15(
      must(
          "REG-15",
          "A penalty with a closed form has its value after one, two and four tasks, and with each number, all numbers or a word changed, to a relative 1e-4.",
          "ClosedPenalty is the equation once more, in double precision")),
  /**
   * Weights of tokens are finite numbers of at least 0, one for each prediction, and do not depend
   * on how a step is cut into micro-batches.
   */
  REG_16(
      must(
          "REG-16",
          "Weights of tokens are finite numbers of at least 0, one for each prediction, and do not"
              + " depend on how a step is cut into micro-batches.",
          "a weight that is divided by the mean over the batch")),
  /**
   * Constrained gradients are finite and have the names and shapes of the gradient, are not longer
   * than it and not against it, follow from the memories alone, and are the gradient itself before
   * the first task is finished, unless the declared onset is the first task.
   */
  REG_17(
      must(
          "REG-17",
          "Constrained gradients are finite and have the names and shapes of the gradient, are not"
              + " longer than it and not against it, follow from the memories alone, and are the"
              + " gradient itself before the first task is finished, unless the declared onset is"
              + " the first task.",
          "the sign of what is taken away, and what constrained returns for tensors without a"
              + " memory")),
  /**
   * With plain descent, tracking takes at most the declared number of passes a step in addition to
   * the optimizer's.
   */
  REG_18(
      must(
          "REG-18",
          "With plain descent, tracking takes at most the declared number of passes a step in"
              + " addition to the optimizer's.",
          "requests to the oracle in track: the same point, terms and examples as the optimizer's"
              + " cost nothing, others need Cost.passes in traits"));

  private final RuleText text;

  RegularizerRule(RuleText text) {
    this.text = text;
  }

  @Override
  public RuleText text() {
    return text;
  }
}
