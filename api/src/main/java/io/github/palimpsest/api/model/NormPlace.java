package io.github.palimpsest.api.model;

import io.github.palimpsest.api.Experimental;

/** Where a layer of a decoder has norms. More may be added. */
@Experimental(since = "0.1")
public enum NormPlace {
  /** Before attention and before the feed-forward block. */
  BEFORE,
  /** After each of the two, before their results are added. */
  AFTER,
  /** Before and after each of the two. */
  AROUND;

  /** Whether a norm stands before attention and the feed-forward block. */
  public boolean isBefore() {
    return this != AFTER;
  }

  /** Whether a norm stands after them. */
  public boolean isAfter() {
    return this != BEFORE;
  }
}
