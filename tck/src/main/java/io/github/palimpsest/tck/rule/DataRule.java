package io.github.palimpsest.tck.rule;

import static io.github.palimpsest.tck.rule.RuleText.must;

/** Rules for data sets. */
public enum DataRule implements Rule {
  /**
   * Tasks have the places 0, 1 and so on, names of their own and examples; no id occurs twice among
   * the training examples of all tasks, or among the evaluation examples of one.
   */
  SET_01(
      must(
          "SET-01",
          "Tasks have the places 0, 1 and so on, names of their own and examples; no id occurs twice among the training examples of all tasks, or among the evaluation examples of one.",
          "ids made of the task's name and the example's number")),
  /** Read a second time, the data are the same, in the same order. */
  SET_02(
      must(
          "SET-02",
          "Read a second time, the data are the same, in the same order.",
          "a random source of its own, or an order that no list keeps")),
  /** What is evaluated on is no training example of any task, and not in the corpus. */
  SET_03(
      must(
          "SET-03",
          "What is evaluated on is no training example of any task, and not in the corpus.",
          "duplicates in the source: drop from training what is held out")),
  /** All examples have the same fields of the same types, and finite values. */
  SET_04(
      must(
          "SET-04",
          "All examples have the same fields of the same types, and finite values.",
          "missing values of the source, read as NaN or left out"));

  private final RuleText text;

  DataRule(RuleText text) {
    this.text = text;
  }

  @Override
  public RuleText text() {
    return text;
  }
}
