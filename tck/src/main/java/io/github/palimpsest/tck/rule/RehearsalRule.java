package io.github.palimpsest.tck.rule;

import static io.github.palimpsest.tck.rule.RuleText.must;
import static io.github.palimpsest.tck.rule.RuleText.should;
import static io.github.palimpsest.tck.rule.RuleText.statistical;

/** Rules for rehearsal strategies. */
public enum RehearsalRule implements Rule {
  /** Each example of the current task appears exactly once an epoch; rehearsed ones are added. */
  DAT_01(
      must(
          "DAT-01",
          "Each example of the current task appears exactly once an epoch; rehearsed ones are added.",
          "examples replaced instead of added; the last, smaller batch")),
  /**
   * Only examples of finished tasks and of the corpus are rehearsed, never more different ones of
   * tasks than the capacity, and never any that were not training examples.
   */
  DAT_02(
      must(
          "DAT-02",
          "Only examples of finished tasks and of the corpus are rehearsed, never more different ones of tasks than the capacity, and never any that were not training examples.",
          "what epoch keeps for later; examples may be kept in afterTask alone")),
  /** Batches and memory are functions of the generators handed in. */
  DAT_03(
      must(
          "DAT-03",
          "Batches and memory are functions of the generators handed in.",
          "a random source of its own, or a hashed collection whose order is used")),
  /**
   * Kept examples are a uniform sample of those seen, over places within a task and over tasks of
   * equal size.
   */
  DAT_04(
      statistical(
          "DAT-04",
          "Kept examples are a uniform sample of those seen, over places within a task and over tasks of equal size.",
          "a chi-square test with a fixed seed, false alarms 1e-6",
          "a buffer that keeps the first or the last; in a reservoir the n-th example replaces one with chance capacity/n")),
  /** A fresh object that restores the state goes on with the same sequence. */
  P1(
      must(
          "P1",
          "A fresh object that restores the state goes on with the same sequence.",
          "anything that epoch depends on and state does not write")),
  /** An epoch has as many batches as plain training has and extraBatches says. */
  DAT_05(
      must(
          "DAT-05",
          "An epoch has as many batches as plain training has and extraBatches says.",
          "extraBatches: a run takes so many steps, and its schedules end with the last")),
  /** Bytes that are no state are refused with a message for people. */
  DAT_06(
      should(
          "DAT-06",
          "Bytes that are no state are refused with a message for people.",
          "restore: check a marker, a length and a checksum, and throw PalimpsestException")),
  /** Before any task is finished the batches are those of plain training. */
  DAT_07(
      should(
          "DAT-07",
          "Before any task is finished the batches are those of plain training.",
          "call current.shuffledBatches with the generator before any other draw")),
  /**
   * What is prepared has the task's place, name and examples by id; it is a function of task and
   * pretrained model alone, and preparing keeps nothing.
   */
  DAT_08(
      must(
          "DAT-08",
          "What is prepared has the task's place, name and examples by id; it is a function of task and pretrained model alone, and preparing keeps nothing.",
          "prepared: use TaskData.with, and keep examples in afterTask alone"));

  private final RuleText text;

  RehearsalRule(RuleText text) {
    this.text = text;
  }

  @Override
  public RuleText text() {
    return text;
  }
}
