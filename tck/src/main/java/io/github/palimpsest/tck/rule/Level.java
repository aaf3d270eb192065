package io.github.palimpsest.tck.rule;

/** How binding a rule is, and how sure its check. */
public enum Level {
  /** A component that breaks it is not certified. */
  MUST,
  /** A component that breaks it is certified with a warning that is never hidden. */
  SHOULD,
  /** Like {@link #MUST}; the check is random with a fixed seed and a stated false-alarm rate. */
  STATISTICAL,
  /** No check can be made with the present interfaces; listed with the reason. */
  UNTESTED
}
