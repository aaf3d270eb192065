package io.github.palimpsest.tck.rule;

import static io.github.palimpsest.tck.rule.RuleText.must;
import static io.github.palimpsest.tck.rule.RuleText.untested;

/** Rules for runners. */
public enum RunnerRule implements Rule {
  /**
   * A regularizer is bound before each task, the first included, and again where the task is
   * finished; binding has no side effect.
   */
  RUN_01(
      must(
          "RUN-01",
          "A regularizer is bound before each task, the first included, and again where the task is finished; binding has no side effect.",
          "the place where the graph of a task is built")),
  /**
   * afterTask is called once for each task that another one follows, in order, after its last step.
   */
  RUN_02(
      must(
          "RUN-02",
          "afterTask is called once for each task that another one follows, in order, after its last step.",
          "resuming from a checkpoint, and early ends of a task")),
  /** Mergers act before evaluation. */
  RUN_03(
      must(
          "RUN-03",
          "Mergers act before evaluation.",
          "the order of merging and evaluation, and what a merger is given as the weights before and after the task")),
  /**
   * A step reads each trainable parameter once, and assigns nothing before everything is computed
   * from the old values.
   */
  RUN_04(
      must(
          "RUN-04",
          "A step reads each trainable parameter once, and assigns nothing before everything is computed from the old values.",
          "a second read of a variable, and control dependencies of the assignments")),
  /** A forward pass has no side effect, and may be built at several points of one graph. */
  RUN_05(
      must(
          "RUN-05",
          "A forward pass has no side effect, and may be built at several points of one graph.",
          "random draws that differ between the passes of a step")),
  /**
   * A run killed at any moment and started again ends with the bits of one that was not, on the
   * CPU.
   */
  RUN_06(
      untested(
          "RUN-06",
          "A run killed at any moment and started again ends with the bits of one that was not, on the CPU.",
          "a decorator sees no process end; the engine's own tests kill runs")),
  /**
   * A loss that is not finite ends the run, named by task and step; a result is written whole or
   * not at all.
   */
  RUN_07(
      untested(
          "RUN-07",
          "A loss that is not finite ends the run, named by task and step; a result is written whole or not at all.",
          "a decorator cannot make a loss infinite; the engine's own tests do"));

  private final RuleText text;

  RunnerRule(RuleText text) {
    this.text = text;
  }

  @Override
  public RuleText text() {
    return text;
  }
}
