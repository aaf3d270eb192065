package io.github.palimpsest.tck;

/** What became of a rule. Every rule of a kind has one: nothing vanishes. */
public enum Outcome {
  /** Kept. */
  PASSED,
  /** Broken, and the rule is binding. */
  FAILED,
  /** Broken, and the rule is a recommendation. */
  WARNED,
  /** The subject lacks what the rule is about. */
  NOT_APPLICABLE,
  /** No check exists; the rule says why. */
  UNTESTED
}
