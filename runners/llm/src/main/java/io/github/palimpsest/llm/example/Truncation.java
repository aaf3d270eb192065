package io.github.palimpsest.llm.example;

import java.util.Locale;

/** The side of a document on which tokens are cut off if it is longer than an example may be. */
public enum Truncation {
  /** The end: the beginning of an answer is kept before its end. */
  RIGHT,
  /** The beginning, after the beginning token: an answer is kept before its prompt. */
  LEFT;

  /** The word in experiments and options. */
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
