package io.github.palimpsest.api.measure;

import io.github.palimpsest.api.Experimental;

/** A model's answer for the targets of one item: a document, a window of one, or a response. */
@Experimental(since = "0.1")
public interface TargetAnswer {
  /** The item's name: {@code SET/NUMBER}. */
  String item();

  /** Minus the sum of the natural log-probabilities of the targets. */
  double nats();

  /** The number of targets, at least 1. */
  int targets();

  /** The number of targets that are the model's most likely token. */
  int right();

  /** The UTF-8 bytes of the text that the targets cover; an end token covers none. */
  long bytes();

  /**
   * The text that the targets cover; for a window, the text of its tokens. This reads a long
   * document from its file, so call it only if the measure needs the text.
   */
  String text();
}
