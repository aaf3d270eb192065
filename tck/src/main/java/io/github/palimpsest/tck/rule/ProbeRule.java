package io.github.palimpsest.tck.rule;

import static io.github.palimpsest.tck.rule.RuleText.must;

/** Rules for probes. */
public enum ProbeRule implements Rule {
  /**
   * A probe gives at least one number, all its numbers are finite, and weights that have little in
   * common give different numbers.
   */
  PRB_01(
      must(
          "PRB-01",
          "A probe gives at least one number, all its numbers are finite, and weights that have little in common give different numbers.",
          "a division by a norm that can be 0")),
  /** A probe changes no weights, and its numbers are a function of the given site and generator. */
  PRB_02(
      must(
          "PRB-02",
          "A probe changes no weights, and its numbers are a function of the given site and generator.",
          "a random source of its own, or arrays that are written in place")),
  /** A probe takes at most the declared number of passes. */
  PRB_03(
      must(
          "PRB-03",
          "A probe takes at most the declared number of passes.",
          "passes(), with the settings at hand: a loss counts one, a divergence two, a gradient three")),
  /** What a probe has measured before is irrelevant. */
  PRB_04(
      must(
          "PRB-04",
          "What a probe has measured before is irrelevant: it gives what a fresh object gives.",
          "fields that change: they are in no checkpoint"));

  private final RuleText text;

  ProbeRule(RuleText text) {
    this.text = text;
  }

  @Override
  public RuleText text() {
    return text;
  }
}
