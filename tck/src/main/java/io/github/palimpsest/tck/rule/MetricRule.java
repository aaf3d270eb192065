package io.github.palimpsest.tck.rule;

import static io.github.palimpsest.tck.rule.RuleText.must;

/** Rules for forgetting metrics. */
public enum MetricRule implements Rule {
  /**
   * A worse final score of an earlier task never improves a metric; a measure of forgetting is
   * exactly 0 if later training changed nothing.
   */
  MET_01(
      must(
          "MET-01",
          "A worse final score of an earlier task never improves a metric; a measure of forgetting is exactly 0 if later training changed nothing, and worse than that if any one task was forgotten.",
          "the sign, and ScoreMatrix.higherScoresAreBetter")),
  /**
   * A metric is a finite number or empty, also for one task, for scores of 0, if cells of tasks not
   * yet trained were not measured, and if only the last row was.
   */
  MET_02(
      must(
          "MET-02",
          "A metric is a finite number or empty, also for one task, for scores of 0, if cells of tasks not yet trained were not measured, and if only the last row was.",
          "a division by tasks - 1; NaN cells above the diagonal")),
  /** A metric states its formula, and the order of examples is irrelevant. */
  MET_03(
      must(
              "MET-03",
              "A metric states its formula, and the order of examples is irrelevant.",
              "state kept between calls")
          .formerly("M1")),
  /** A metric with a closed form has its value for one to six tasks. */
  MET_04(
      must(
          "MET-04",
          "A metric with a closed form has its value for one to six tasks, with each of its words, to 1e-9.",
          "ClosedMetric is the equation once more, on plain arrays")),
  /** A metric reads reference scores if its provider says so, and is empty without them. */
  MET_05(
      must(
          "MET-05",
          "A metric reads reference scores if and only if its provider says how their models are trained, and is empty if none was measured.",
          "the capability NeedsReferences; a NaN that is taken for 0"));

  private final RuleText text;

  MetricRule(RuleText text) {
    this.text = text;
  }

  @Override
  public RuleText text() {
    return text;
  }
}
