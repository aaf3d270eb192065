package io.github.palimpsest.tck.rule;

import static io.github.palimpsest.tck.rule.RuleText.must;

/** Rules for weight mergers. */
public enum MergerRule implements Rule {
  /**
   * Merged weights have the names and shapes of the model and are finite, and the inputs are left
   * as they were.
   */
  PPW_01(
      must(
          "PPW-01",
          "Merged weights have the names and shapes of the model and are finite, and the inputs are left as they were.",
          "arrays that are written in place; tensors that are left out")),
  /**
   * alpha 0 gives the earlier weights and 1 the later ones, bit for bit; 0.5 gives the midpoint.
   */
  PPW_02(
      must(
          "PPW-02",
          "alpha 0 gives the earlier weights and 1 the later ones, bit for bit; 0.5 gives the midpoint.",
          "the order of the two ends; (1 - alpha) a + alpha b, exact at both")),
  /** A tensor reads the same each time. */
  PPW_03(
      must(
          "PPW-03",
          "A tensor reads the same each time.",
          "values that are computed anew from something that has changed")),
  /** Weights that lack a tensor which others have are an error that names it. */
  W1(
      must(
          "W1",
          "Weights that lack a tensor which others have are an error that names it.",
          "a loop over one side's names; compare the sets of names first"));

  private final RuleText text;

  MergerRule(RuleText text) {
    this.text = text;
  }

  @Override
  public RuleText text() {
    return text;
  }
}
