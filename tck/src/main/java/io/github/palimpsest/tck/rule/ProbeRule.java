package io.github.palimpsest.tck.rule;

import static io.github.palimpsest.tck.rule.RuleText.must;

/** Rules for probes. */
public enum ProbeRule implements Rule {
  /** A probe gives at least one number, and all are finite. */
  PRB_01(
      must(
          "PRB-01",
          "A probe gives at least one number, and all are finite.",
          "a division by a norm that can be 0")),
  /**
   * It changes no weights, and its numbers are a function of the site and the generator handed in.
   */
  PRB_02(
      must(
          "PRB-02",
          "It changes no weights, and its numbers are a function of the site and the generator handed in.",
          "a random source of its own, or arrays that are written in place")),
  /** It takes no more passes than it states. */
  PRB_03(
      must(
          "PRB-03",
          "It takes no more passes than it states.",
          "passes(), with the settings at hand: a loss counts one, a divergence two, a gradient three"));

  private final RuleText text;

  ProbeRule(RuleText text) {
    this.text = text;
  }

  @Override
  public RuleText text() {
    return text;
  }
}
