package io.github.palimpsest.tck.rule;

import static io.github.palimpsest.tck.rule.RuleText.must;

/** Rules for forgetting metrics. */
public enum MetricRule implements Rule {
  /**
   * A worse score of an earlier task in the end never improves a metric; a measure of forgetting is
   * exactly 0 where later training changed nothing.
   */
  MET_01(
      must(
          "MET-01",
          "A worse score of an earlier task in the end never improves a metric; a measure of forgetting is exactly 0 where later training changed nothing.",
          "the sign, and ScoreMatrix.higherScoresAreBetter")),
  /**
   * A metric is a finite number or empty: for one task, and where cells of tasks not yet trained
   * were not measured.
   */
  MET_02(
      must(
          "MET-02",
          "A metric is a finite number or empty: for one task, and where cells of tasks not yet trained were not measured.",
          "a division by tasks - 1; NaN cells above the diagonal")),
  /** It states its formula, and the order of examples is irrelevant. */
  M1(
      must(
          "M1",
          "It states its formula, and the order of examples is irrelevant.",
          "state kept between calls"));

  private final RuleText text;

  MetricRule(RuleText text) {
    this.text = text;
  }

  @Override
  public RuleText text() {
    return text;
  }
}
