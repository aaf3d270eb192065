package io.github.palimpsest.llm.text;

import ai.djl.huggingface.tokenizers.jni.CharSpan;
import org.jspecify.annotations.Nullable;

/**
 * The tokens of a text, and the bytes of the text that each one covers.
 *
 * @param ids the tokens
 * @param ends for each token the UTF-8 bytes of the text up to its end, ascending. A character that
 *     several tokens share counts for the last of them; text between two tokens counts for the
 *     second; the last token ends at the end of the text
 */
public record TokenizedText(int[] ids, long[] ends) {
  /** The UTF-8 bytes of the whole text. */
  public long bytes() {
    return ends.length == 0 ? 0 : ends[ends.length - 1];
  }

  /** From the spans that the library found in a text; they count code points. */
  static TokenizedText of(String text, int[] ids, @Nullable CharSpan[] spans) {
    long[] ends = new long[ids.length];
    int at = 0; // in chars
    int codePoint = 0;
    long bytes = 0;
    for (int i = 0; i < ids.length; i++) {
      int end = end(spans, i);
      while (codePoint < end && at < text.length()) {
        int c = text.codePointAt(at);
        at += Character.charCount(c);
        bytes += utf8Length(c);
        codePoint++;
      }
      ends[i] = bytes;
    }
    if (ids.length > 0) {
      while (at < text.length()) {
        int c = text.codePointAt(at);
        at += Character.charCount(c);
        bytes += utf8Length(c);
      }
      ends[ids.length - 1] = bytes;
    }
    return new TokenizedText(ids, ends);
  }

  /** The UTF-8 bytes of a text; an unpaired surrogate becomes one question mark. */
  static long utf8Length(String text) {
    return text.codePoints().mapToLong(TokenizedText::utf8Length).sum();
  }

  private static int end(@Nullable CharSpan[] spans, int i) {
    CharSpan span = spans[i];
    if (span == null) { // a token without text
      return 0;
    }
    CharSpan next = i + 1 < spans.length ? spans[i + 1] : null;
    return next == null ? span.getEnd() : Math.min(span.getEnd(), next.getStart());
  }

  private static int utf8Length(int codePoint) {
    if (codePoint < 0x80 || (codePoint >= 0xd800 && codePoint <= 0xdfff)) {
      return 1;
    }
    return codePoint < 0x800 ? 2 : codePoint < 0x10000 ? 3 : 4;
  }
}
