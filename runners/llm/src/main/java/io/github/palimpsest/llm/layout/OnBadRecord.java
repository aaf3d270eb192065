package io.github.palimpsest.llm.layout;

import java.util.Locale;

/** What becomes of a data file that has a record that cannot be read. */
public enum OnBadRecord {
  /** The file is refused; the message names the first such record. */
  FAIL,
  /** Such records are left out and counted, and the first are named. */
  SKIP;

  /** The word in experiments and options. */
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
