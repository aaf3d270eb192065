package io.github.palimpsest.llm.text;

import java.io.IOException;
import java.io.Reader;
import java.nio.file.Path;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The tokens of a text of any length, piece by piece. The ids are the same as for the whole text at
 * once, and take the memory of one piece.
 *
 * <p>A piece ends between two words, at a place where a cut does not change the tokens. The stream
 * tests each cut instead of relying on the kind of tokenizer: the text around the cut must have the
 * same tokens as its two halves. The test also allows for a tokenizer that puts a space before a
 * text: such a tokenizer receives the piece without its first space. No token spans such a cut, so
 * merges on one side cannot reach the other. If a long part of the text has no such place, the cut
 * is within a word, provided that the rest has the same tokens after a short part of the text as
 * after all of it. A text that cannot be cut at all is tokenised as a whole, with the memory that
 * this takes.
 */
public final class TokenStream {
  /** The number of chars that are tokenised at once. */
  static final int PIECE = 1 << 16;

  /** The number of chars on each side of a cut in its test. */
  private static final int AROUND = 256;

  /** The next piece begins with a space that the tokenizer does not receive. */
  private static final int DROPPED_SPACE = -1;

  /** The largest number of places to test. */
  private static final int TRIES = 64;

  private static final int[] NONE = {};

  private final TextTokenizer tokenizer;
  private final Reader in;
  private final int piece;
  private char[] buffer;
  private int filled;
  private boolean ended;
  private boolean done;

  /** The last cut: how the text in the buffer continues the text before it. */
  private Cut last = new Cut(0, 0, NONE);

  private long bytes;

  /** A stream of the text that {@code in} reads. */
  public TokenStream(TextTokenizer tokenizer, Reader in) {
    this(tokenizer, in, PIECE);
  }

  TokenStream(TextTokenizer tokenizer, Reader in, int piece) {
    this.tokenizer = tokenizer;
    this.in = in;
    this.piece = piece;
    this.buffer = new char[2 * piece];
  }

  /**
   * A place to cut.
   *
   * @param at the number of chars of the buffer before the cut
   * @param again the number of these chars that the next piece repeats: its tokens begin with their
   *     tokens
   * @param given the tokens of the repeated chars, to be left out
   */
  private record Cut(int at, int again, int[] given) {
    /**
     * The number of chars that the tokenizer does not receive: a space that it puts before a text
     * itself.
     */
    int dropped() {
      return again == DROPPED_SPACE ? 1 : 0;
    }

    /** The number of chars at the beginning of the next piece that already have tokens. */
    int seen() {
      return again == DROPPED_SPACE ? 0 : again;
    }
  }

  /**
   * The next tokens; their ends count from the beginning of the text.
   *
   * @return null at the end
   */
  public @Nullable TokenizedText next() {
    if (done) {
      return null;
    }
    fill();
    Cut cut = ended && filled <= piece ? new Cut(filled, 0, NONE) : cut();
    done = cut.at == filled && ended;
    TokenizedText tokens = piece(cut.at);
    int kept = cut.at - cut.seen();
    System.arraycopy(buffer, kept, buffer, 0, filled - kept);
    filled -= kept;
    last = cut;
    return tokens;
  }

  private TokenizedText piece(int end) {
    TokenizedText tokens = tokenizer.tokenized(text(last.dropped(), end));
    long before = bytes + last.dropped() - TokenizedText.utf8Length(text(0, last.seen()));
    bytes += TokenizedText.utf8Length(text(last.seen(), end));
    int given = last.given.length;
    if (before == 0 && given == 0) {
      return tokens;
    }
    return new TokenizedText(
        Arrays.copyOfRange(tokens.ids(), given, tokens.ids().length),
        Arrays.stream(tokens.ends()).skip(given).map(e -> e + before).toArray());
  }

  private String text(int from, int to) {
    return new String(buffer, from, to - from);
  }

  private void fill() {
    try {
      while (!ended && filled < buffer.length) {
        int count = in.read(buffer, filled, buffer.length - filled);
        ended = count < 0;
        filled += Math.max(0, count);
      }
    } catch (IOException e) {
      throw FileBytes.unreadable(Path.of("text"), e);
    }
  }

  private Cut cut() {
    for (boolean letters : new boolean[] {true, false}) {
      for (int end : new int[] {Math.min(filled, piece), filled - AROUND}) {
        Cut found = between(end / 2, end, letters);
        if (found != null) {
          return found;
        }
      }
    }
    Cut found = ended ? null : anywhere();
    if (found != null) {
      return found;
    }
    if (ended) {
      return new Cut(filled, 0, NONE);
    }
    buffer = Arrays.copyOf(buffer, 2 * buffer.length);
    fill();
    return cut();
  }

  /** The last cut between words, from a backward search. */
  private @Nullable Cut between(int from, int to, boolean letters) {
    int tries = 0;
    for (int at = Math.min(to, filled - 2); at > from && tries < TRIES; at--) {
      if (isBetween(at, letters)) {
        tries++;
        int left = start(at, letters);
        int right = Math.min(filled, at + AROUND);
        if (same(left, at, right, 0)) {
          return new Cut(at, 0, NONE);
        }
        if (buffer[at] == ' ' && same(left, at, right, 1)) {
          return new Cut(at, DROPPED_SPACE, NONE);
        }
      }
    }
    return null;
  }

  /** The start of the text before a cut, also between words. */
  private int start(int at, boolean letters) {
    for (int i = Math.max(1, at - AROUND); i < at - 1; i++) {
      if (isBetween(i, letters)) {
        return i;
      }
    }
    return 0;
  }

  /**
   * Whether a word ends before a space here, and another begins after it.
   *
   * @param letters whether both characters must be ASCII letters; otherwise a line break also
   *     counts, and any visible character before it and any letter or digit after it
   */
  private boolean isBetween(int at, boolean letters) {
    char before = buffer[at - 1];
    char after = buffer[at + 1];
    return letters
        ? buffer[at] == ' ' && isAsciiLetter(before) && isAsciiLetter(after)
        : (buffer[at] == ' ' || buffer[at] == '\n')
            && !Character.isWhitespace(before)
            && Character.isLetterOrDigit(after);
  }

  private static boolean isAsciiLetter(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
  }

  private boolean same(int left, int at, int right, int skip) {
    int[] whole = tokenizer.encode(text(left, right));
    int[] before = tokenizer.encode(text(left, at));
    int[] after = tokenizer.encode(text(at + skip, right));
    return whole.length == before.length + after.length
        && begins(whole, before)
        && Arrays.equals(whole, before.length, whole.length, after, 0, after.length);
  }

  private static boolean begins(int[] whole, int[] part) {
    return whole.length >= part.length
        && Arrays.equals(whole, 0, part.length, part, 0, part.length);
  }

  /**
   * A cut within a text without ends of words. The next piece repeats a part of the text before the
   * cut, so that no tokenizer takes the text after the cut for the beginning of a text. The text
   * after the cut must have the same tokens after that part as after the whole piece.
   */
  private @Nullable Cut anywhere() {
    int end = filled - 2 * AROUND;
    for (int at = end; at > Math.max(end / 2, end - TRIES); at--) {
      if (Character.isLowSurrogate(buffer[at]) || Character.isLowSurrogate(buffer[at - AROUND])) {
        continue;
      }
      int[] piece = tokenizer.encode(text(last.dropped(), at));
      int[] longer = tokenizer.encode(text(last.dropped(), at + AROUND));
      int[] given = tokenizer.encode(text(at - AROUND, at));
      int[] again = tokenizer.encode(text(at - AROUND, at + AROUND));
      if (longer.length > piece.length
          && begins(longer, piece)
          && begins(again, given)
          && Arrays.equals(
              longer, piece.length, longer.length, again, given.length, again.length)) {
        return new Cut(at, AROUND, given);
      }
    }
    return null;
  }
}
