package io.github.palimpsest.llm.score;

import io.github.palimpsest.api.data.Example;
import io.github.palimpsest.api.data.HostArray;
import io.github.palimpsest.llm.text.ExampleEncoder;
import io.github.palimpsest.llm.text.Exchange;
import io.github.palimpsest.llm.text.TextTokenizer;
import io.github.palimpsest.llm.text.TokenStream;
import io.github.palimpsest.llm.text.TokenizedText;
import java.util.Arrays;
import java.util.Map;
import java.util.OptionalInt;
import java.util.TreeMap;
import java.util.function.Consumer;

/**
 * A text that is too long to be held as tokens, in the windows that a {@link ScoredText} of it
 * would have, one after the other.
 */
public final class StreamedText {
  private final String id;
  private final TokenStream stream;
  private final int length;
  private final int stride;
  private final int[] kept;

  /** The place of the first kept token, and how many are kept. */
  private long base;

  private int count;
  private int[] piece = {};
  private int taken;
  private long bytes;

  /**
   * @param id the document's
   * @param text without context
   * @param prefix the token before the text, if there is one
   * @param length the most tokens of a window
   * @param stride from 1 to {@code length - 1}
   */
  StreamedText(
      String id,
      TextTokenizer tokenizer,
      Exchange text,
      OptionalInt prefix,
      int length,
      int stride) {
    this.id = id;
    this.stream = new TokenStream(tokenizer, text.reader());
    this.length = length;
    this.stride = stride;
    this.bytes = text.responseBytes();
    this.kept = new int[Math.addExact(length, stride)];
    TokenizedText first = stream.next();
    piece = first == null ? piece : first.ids();
    // a text that begins with this token of its own has none before it
    if (prefix.isPresent() && (piece.length == 0 || piece[0] != prefix.getAsInt())) {
      kept[count++] = prefix.getAsInt();
    } else if (first != null && piece.length > 0) {
      bytes -= first.ends()[0]; // nothing predicts the first token
    }
  }

  String id() {
    return id;
  }

  /** The UTF-8 bytes that the targets cover; known once the windows were given. */
  long bytes() {
    return bytes;
  }

  /** Gives every window once. */
  void windows(Consumer<Example> windows) {
    boolean more = true;
    long scored = 0;
    for (long step = 0; more; step++) {
      more = fill(step == 0 ? length : scored + stride);
      long end = base + count;
      if (end > scored && end > 1) {
        windows.accept(window(id + "." + step, Math.max(0, end - length), end, scored));
      }
      scored = end;
      int forgotten = Math.max(0, count - length);
      System.arraycopy(kept, forgotten, kept, 0, count - forgotten);
      base += forgotten;
      count -= forgotten;
    }
  }

  /** Reads tokens up to a place; false if the text ends before there is one behind it. */
  private boolean fill(long end) {
    while (true) {
      int some = (int) Math.min(piece.length - taken, end - base - count);
      System.arraycopy(piece, taken, kept, count, some);
      taken += some;
      count += some;
      if (taken < piece.length) {
        return true;
      }
      TokenizedText next = stream.next();
      if (next == null) {
        return false;
      }
      piece = next.ids();
      taken = 0;
    }
  }

  private Example window(String name, long start, long end, long scored) {
    int from = (int) (start - base);
    int[] ids = Arrays.copyOfRange(kept, from, (int) (end - base));
    float[] targets = new float[ids.length];
    Arrays.fill(targets, (int) (Math.max(scored, 1) - start), targets.length, 1f);
    return new Example(
        name,
        ids.length,
        new TreeMap<>(
            Map.of(
                ExampleEncoder.IDS, new HostArray.Ints(ids, ids.length),
                ExampleEncoder.TARGETS, new HostArray.Floats(targets, ids.length))));
  }
}
