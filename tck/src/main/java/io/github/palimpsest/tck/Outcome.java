package io.github.palimpsest.tck;

/** The outcome of a rule. Every rule of a kind has one, so none is omitted. */
public enum Outcome {
  /** Kept. */
  PASSED,
  /** Broken, and the rule is binding. */
  FAILED,
  /** Broken, and the rule is a recommendation. */
  WARNED,
  /** The subject lacks the feature that the rule needs. */
  NOT_APPLICABLE,
  /**
   * No check exists, the base of a wrapper is missing here, or a failure that breaks another rule
   * prevents it; the text says why.
   */
  UNTESTED
}
