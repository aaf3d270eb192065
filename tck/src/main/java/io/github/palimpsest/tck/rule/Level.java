package io.github.palimpsest.tck.rule;

/** How binding a rule is, and how certain its check is. */
public enum Level {
  /** A component that breaks it is not certified. */
  MUST,
  /** A component that breaks it is certified with a warning that is never hidden. */
  SHOULD,
  /** Like {@link #MUST}; the check is random with a fixed seed and a stated false-alarm rate. */
  STATISTICAL,
  /** The present interfaces allow no check; the rule is listed with the reason. */
  UNTESTED
}
