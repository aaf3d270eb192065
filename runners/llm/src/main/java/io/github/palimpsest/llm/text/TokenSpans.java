package io.github.palimpsest.llm.text;

import ai.djl.huggingface.tokenizers.jni.CharSpan;
import org.jspecify.annotations.Nullable;

/**
 * The tokens of a text, and the characters of the text that each one covers. Several tokens of one
 * character all cover it; a token without text covers none.
 *
 * @param ids the tokens
 * @param from for each token the index of its first {@code char}
 * @param to for each token the index after its last {@code char}
 */
record TokenSpans(int[] ids, int[] from, int[] to) {
  /** From the spans that the library found in a text; they count code points. */
  static TokenSpans of(String text, int[] ids, @Nullable CharSpan[] spans) {
    int[] from = new int[ids.length];
    int[] to = new int[ids.length];
    int[] places = places(text);
    for (int i = 0; i < ids.length; i++) {
      CharSpan span = spans[i];
      if (span != null) {
        from[i] = places[Math.min(span.getStart(), places.length - 1)];
        to[i] = places[Math.min(span.getEnd(), places.length - 1)];
      }
    }
    return new TokenSpans(ids, from, to);
  }

  /** The index of each code point, and the length of the text. */
  private static int[] places(String text) {
    int[] places = new int[text.codePointCount(0, text.length()) + 1];
    int at = 0;
    for (int i = 0; i < places.length - 1; i++) {
      places[i] = at;
      at += Character.charCount(text.codePointAt(at));
    }
    places[places.length - 1] = at;
    return places;
  }

  /** Whether a token covers a part of a text between two places. */
  boolean overlaps(int token, int begin, int end) {
    return from[token] < end && to[token] > begin;
  }
}
