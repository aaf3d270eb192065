package io.github.palimpsest.api.measure;

import io.github.palimpsest.api.Experimental;

/** What a model says of the targets of one item: a document, a window of one, or a response. */
@Experimental(since = "0.1")
public interface TargetAnswer {
  /** The item's name: {@code SET/NUMBER}. */
  String item();

  /** Minus the sum of the natural log-probabilities of the targets. */
  double nats();

  /** How many targets there are, at least 1. */
  int targets();

  /** How many of them are the model's most likely token. */
  int right();

  /** The UTF-8 bytes of the text that the targets cover; an end token covers none. */
  long bytes();

  /**
   * The text that the targets cover; of a window, what its tokens stand for. A long document is
   * read from its file for this, so ask only if the measure needs it.
   */
  String text();
}
