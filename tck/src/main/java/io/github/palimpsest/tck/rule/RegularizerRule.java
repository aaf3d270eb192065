package io.github.palimpsest.tck.rule;

import static io.github.palimpsest.tck.rule.RuleText.must;
import static io.github.palimpsest.tck.rule.RuleText.untested;

/** Rules for regularizers. */
public enum RegularizerRule implements Rule {
  /**
   * The penalty is a finite scalar of at least 0, and exactly 0 before the first task is finished
   * unless its declared onset is the first task.
   */
  REG_01(
      must(
          "REG-01",
          "The penalty is a finite scalar of at least 0, and exactly 0 before the first task is finished unless its declared onset is the first task.",
          "a constant or epsilon that is added, and what is returned when site.finishedTasks() is 0")),
  /** A finished task adds nothing to the penalty or its gradient at its own weights. */
  REG_02(
      must(
          "REG-02",
          "A finished task adds nothing to the penalty or its gradient at its own weights.",
          "which weights are remembered as the anchor: those of this task, under the name that is read")),
  /** A penalty depends on the point passed and on nothing else that changes. */
  REG_03(
      must(
          "REG-03",
          "A penalty depends on the point passed and on nothing else that changes.",
          "operands kept from an earlier call of penalty; use point.at() each time")),
  /**
   * A penalty's gradient equals its finite differences, it is linear in its strength, and with
   * importance F it is strength/2 * sum F (w - a)^2.
   */
  REG_04(
      must(
          "REG-04",
          "A penalty's gradient equals its finite differences, it is linear in its strength, and with importance F it is strength/2 * sum F (w - a)^2.",
          "the one-half, stopped gradients, and a strength applied twice")),
  /**
   * What is remembered does not move when training goes on, and a fresh object with the same
   * memories gives the same penalty.
   */
  REG_05(
      must(
          "REG-05",
          "What is remembered does not move when training goes on, and a fresh object with the same memories gives the same penalty.",
          "a snapshot or tensor kept in a field; what outlives the task goes into remember")),
  /**
   * Importance does not depend on the batch: it is linear in the mean squared gradient, or free of
   * its scale, and a penalty over a batch is the mean over its micro-batches.
   */
  REG_06(
      must(
          "REG-06",
          "Importance does not depend on the batch: it is linear in the mean squared gradient, or free of its scale, and a penalty over a batch is the mean over its micro-batches.",
          "squares of a batch mean instead of means of squares; FinishedTask.meanSquaredGradient is already squared, for each example")),
  /** Every finished task counts if that is promised; otherwise the last alone. */
  REG_07(
      must(
          "REG-07",
          "Every finished task counts if that is promised; otherwise the last alone.",
          "memories of one name overwrite each other; recall what was remembered before")),
  /**
   * With strength 0 training has the same bits as without the regularizer; otherwise it differs.
   */
  R2(
      must(
          "R2",
          "With strength 0 training has the same bits as without the regularizer; otherwise it differs.",
          "terms that the strength does not multiply; a penalty that never reaches the objective")),
  /**
   * Memory per parameter is at most what is declared, and no tensor of a parameter's size moves
   * between host and device in a step.
   */
  R5(
      must(
          "R5",
          "Memory per parameter is at most what is declared, and no tensor of a parameter's size moves between host and device in a step.",
          "Cost.snapshotsPerTask in traits")),
  /**
   * A gradient that a regularizer gives in closed form is that of its penalty, and the penalty is
   * one of the trainable tensors alone.
   */
  REG_09(
      must(
          "REG-09",
          "A gradient that a regularizer gives in closed form is that of its penalty, and the penalty is one of the trainable tensors alone.",
          "the factor 2 of a square's derivative, and a strength that one of the two lacks")),
  /** Tracking the steps of a task changes nothing of its training. */
  REG_08(
      untested(
          "REG-08",
          "Tracking the steps of a task changes nothing of its training.",
          "the engine builds tracking after the updates, from copies, and tests that")),
  /** Away from the anchor a penalty with importance equals its closed form, if that is promised. */
  R1(
      must(
          "R1",
          "Away from the anchor a penalty with importance equals its closed form, if that is promised.",
          "the one-half, and which of importance and anchor belong to the same task")),
  /** The estimate is the same for every batch size and order of examples, or says otherwise. */
  R3(
      untested(
          "R3",
          "The estimate is the same for every batch size and order of examples, or says otherwise.",
          "the engine makes the estimate, and tests that; what a regularizer does with it is REG-06")),
  /** Importance holds no gradient of a penalty and no data but the finished task's. */
  R4(
      untested(
          "R4",
          "Importance holds no gradient of a penalty and no data but the finished task's.",
          "the engine computes it and tests that; a regularizer can only read it"));

  private final RuleText text;

  RegularizerRule(RuleText text) {
    this.text = text;
  }

  @Override
  public RuleText text() {
    return text;
  }
}
