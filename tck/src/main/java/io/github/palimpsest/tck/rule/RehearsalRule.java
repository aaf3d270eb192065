package io.github.palimpsest.tck.rule;

import static io.github.palimpsest.tck.rule.RuleText.must;
import static io.github.palimpsest.tck.rule.RuleText.should;
import static io.github.palimpsest.tck.rule.RuleText.statistical;

/** Rules for rehearsal strategies. */
public enum RehearsalRule implements Rule {
  /**
   * Each example of the current task appears exactly once per epoch; rehearsed examples are added.
   */
  DAT_01(
      must(
          "DAT-01",
          "Each example of the current task appears exactly once per epoch; rehearsed examples are"
              + " added.",
          "examples replaced instead of added; the last, smaller batch")),
  /**
   * Only examples of finished tasks, of the corpus and of the pretrained model itself are
   * rehearsed, never more different task examples than the capacity, and only training examples.
   */
  DAT_02(
      must(
          "DAT-02",
          "Only examples of finished tasks, of the corpus and of the pretrained model itself are"
              + " rehearsed, never more different task examples than the capacity, which bounds the"
              + " state too, for any number of epochs, and only training examples.",
          "what epoch keeps for later; examples may be kept in afterTask alone")),
  /** Batches and memory are functions of the given generators. */
  DAT_03(
      must(
          "DAT-03",
          "Batches and memory are functions of the given generators.",
          "a random source of its own, or a hashed collection whose order is used")),
  /**
   * Kept examples are a uniform sample of those seen, over places within a task and over tasks of
   * equal size.
   */
  DAT_04(
      statistical(
          "DAT-04",
          "Kept examples are a uniform sample of those seen, over places within a task and over"
              + " tasks of equal size.",
          "a chi-square test with a fixed seed, false alarms 1e-6",
          "a buffer that keeps the first or the last; in a reservoir the n-th example replaces one"
              + " with chance capacity/n")),
  /** The number of batches in an epoch is that of plain training plus extraBatches. */
  DAT_05(
      must(
          "DAT-05",
          "The number of batches in an epoch is that of plain training plus extraBatches.",
          "extraBatches: it decides how many steps a run takes, and schedules end with the last"
              + " one")),
  /** Bytes that are not a valid state are refused with a readable message. */
  DAT_06(
      should(
          "DAT-06",
          "Bytes that are not a valid state are refused with a readable message.",
          "restore: check a marker, a length and a checksum, and throw PalimpsestException")),
  /** Before any task is finished, the batches are those of plain training. */
  DAT_07(
      should(
          "DAT-07",
          "Before any task is finished, the batches are those of plain training.",
          "call current.shuffledBatches with the generator before any other draw")),
  /**
   * A prepared task has the place, name and example ids of the original; it is a function of task
   * and pretrained model only, and preparing keeps nothing.
   */
  DAT_08(
      must(
          "DAT-08",
          "A prepared task has the place, name and example ids of the original; it is a function of"
              + " task and pretrained model only, and preparing keeps nothing.",
          "prepared: use TaskData.with, and keep examples in afterTask alone")),
  /** A fresh object that restores the state continues with the same sequence. */
  DAT_09(
      must(
              "DAT-09",
              "An object that restores the state, fresh or used, continues with the same sequence.",
              "anything that epoch depends on and state does not write")
          .formerly("P1")),
  /**
   * A choice among candidates is a function of their examples and losses: it gives different places
   * of candidates, reads the losses that it declares, and changes no state.
   */
  DAT_10(
      must(
          "DAT-10",
          "A choice among candidates is a function of the examples and of the losses that it"
              + " declares: it gives different places of candidates, as many in an epoch as rehearsed"
              + " says, and changes no state.",
          "chosen: draw in epoch, and read the candidates and their losses only")),
  /** The declared passes per step cover the examples that are added and a choice among them. */
  DAT_11(
      must(
          "DAT-11",
          "In each task the declared passes per step are at least the rehearsed examples for each"
              + " current one, and for a choice a third of a pass for each candidate at each point"
              + " and one pass for a virtual step.",
          "Cost.passes in traits, with the settings at hand: an example that is added costs as much"
              + " as a current one"));

  private final RuleText text;

  RehearsalRule(RuleText text) {
    this.text = text;
  }

  @Override
  public RuleText text() {
    return text;
  }
}
