package io.github.palimpsest.llm.text;

import io.github.palimpsest.api.PalimpsestException;
import io.github.palimpsest.api.data.Example;
import io.github.palimpsest.api.data.HostArray;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.TreeMap;

/** A growing list of ids and targets, with the bytes of the response that each token covers. */
final class ExampleTokens {
  private int[] ids = new int[64];
  private float[] targets = new float[64];
  private long[] bytes = new long[64];
  private int size;

  /** The number of tokens that the tokenizer put before the text. */
  private int begun;

  int size() {
    return size;
  }

  int[] ids() {
    return Arrays.copyOf(ids, size);
  }

  /** The last ids, at most {@code most} of them. */
  int[] last(int most) {
    return Arrays.copyOfRange(ids, Math.max(0, size - most), size);
  }

  void add(int[] more, float target) {
    reserve(more.length);
    System.arraycopy(more, 0, ids, size, more.length);
    Arrays.fill(targets, size, size + more.length, target);
    size += more.length;
    dropFirstTarget();
  }

  /** Adds the tokens that the tokenizer puts before a text, if there are no tokens yet. */
  void begin(TextTokenizer tokenizer, int[] text) {
    if (size == 0) {
      add(tokenizer.begin(text), 0);
      begun = size;
    }
  }

  void exchange(TextTokenizer tokenizer, Exchange e, boolean answer) {
    TokenizedText text = tokenizer.tokenized(e.context() + e.response());
    int[] all = text.ids();
    begin(tokenizer, all);
    int given = e.context().isEmpty() ? 0 : common(tokenizer.encode(e.context()), all);
    add(Arrays.copyOf(all, given), 0);
    int first = size;
    add(Arrays.copyOfRange(all, given, all.length), 1);
    long from = TokenizedText.utf8Length(e.context());
    for (int i = first; i < size; i++) {
      long to = Math.max(from, text.ends()[given + i - first]);
      bytes[i] = to - from;
      from = to;
    }
    if (answer) {
      tokenizer.eos().ifPresent(eos -> add(new int[] {eos}, 1));
    }
  }

  /**
   * Adds a complete text, without any token of its own. The targets are the tokens that cover a
   * part of a response. A special token has no bytes, as an end token that is added has none.
   */
  void complete(TextTokenizer tokenizer, Document document, String rest) {
    StringBuilder text = new StringBuilder();
    List<int[]> responses = new ArrayList<>();
    for (Exchange e : document.exchanges()) {
      int from = text.append(e.context()).length();
      responses.add(new int[] {from, text.append(e.response()).length()});
    }
    String whole = text.append(rest).toString();
    TokenSpans spans = tokenizer.spans(whole);
    int first = size;
    add(spans.ids(), 0);
    int response = 0;
    int counted = 0; // several tokens may cover one character
    for (int i = 0; i < spans.ids().length && response < responses.size(); i++) {
      while (response < responses.size() && spans.from()[i] >= responses.get(response)[1]) {
        response++;
      }
      if (response == responses.size()
          || !spans.overlaps(i, responses.get(response)[0], responses.get(response)[1])) {
        continue;
      }
      targets[first + i] = 1;
      int from = Math.max(Math.max(counted, spans.from()[i]), responses.get(response)[0]);
      int to = Math.min(spans.to()[i], responses.get(response)[1]);
      if (from < to && !tokenizer.isSpecial(spans.ids()[i])) {
        bytes[first + i] = TokenizedText.utf8Length(whole.substring(from, to));
      }
      counted = Math.max(counted, to);
    }
    if (size > 0) {
      dropFirstTarget();
    }
    if (first == 0) { // a template writes the beginning token itself
      begun = size > 0 && tokenizer.bos().equals(OptionalInt.of(ids[0])) ? 1 : 0;
    }
  }

  /**
   * Adds the tokens of a plain text.
   *
   * @param before the bytes that the earlier tokens cover
   * @return the bytes that all tokens so far cover
   */
  long text(TokenizedText piece, long before) {
    int first = size;
    add(piece.ids(), 1);
    long from = before;
    for (int i = first; i < size; i++) {
      long to = Math.max(from, piece.ends()[i - first]);
      bytes[i] = to - from;
      from = to;
    }
    return from;
  }

  /**
   * The tokens from a place onwards, after the tokens that begin a text or, if there are none,
   * after the token before the place.
   */
  ExampleTokens behind(int place, int[] begin) {
    ExampleTokens rest = new ExampleTokens();
    rest.add(begin.length > 0 ? begin : new int[] {ids[place - 1]}, 0);
    int given = rest.size;
    rest.add(Arrays.copyOfRange(ids, place, size), 1);
    System.arraycopy(bytes, place, rest.bytes, given, size - place);
    return rest;
  }

  /** Removes the target of the first token, since no token before it can predict it. */
  void dropFirstTarget() {
    targets[0] = 0;
  }

  ExampleTokens first(int length) {
    ExampleTokens part = new ExampleTokens();
    part.size = Math.min(size, length);
    part.ids = ids;
    part.targets = targets;
    part.bytes = bytes;
    return part;
  }

  /**
   * The last tokens behind those that the tokenizer puts before a text.
   *
   * @param length the largest number of all
   * @throws PalimpsestException if there is no room for another token
   */
  ExampleTokens lastWithBeginning(int length) {
    if (size <= length) {
      return this;
    }
    if (begun >= length) {
      throw new PalimpsestException(
          "examples of %d tokens have no room behind the tokenizer's %d of its own"
              .formatted(length, begun));
    }
    ExampleTokens part = new ExampleTokens();
    part.add(Arrays.copyOf(ids, begun), 0);
    part.begun = begun;
    int from = size - (length - begun);
    part.add(Arrays.copyOfRange(ids, from, size), 1);
    System.arraycopy(targets, from, part.targets, begun, size - from);
    System.arraycopy(bytes, from, part.bytes, begun, size - from);
    part.dropFirstTarget();
    return part;
  }

  /** Keeps only what {@link #lastWithBeginning} gives. */
  void forget(int length) {
    ExampleTokens kept = lastWithBeginning(length);
    ids = kept.ids;
    targets = kept.targets;
    bytes = kept.bytes;
    size = kept.size;
  }

  long targetBytes() {
    return targetBytes(0, size);
  }

  long targetBytes(int from, int to) {
    long sum = 0;
    for (int i = from; i < to; i++) {
      sum += targets[i] > 0 ? bytes[i] : 0;
    }
    return sum;
  }

  int targetCount() {
    int count = 0;
    for (int i = 0; i < size; i++) {
      count += targets[i] > 0 ? 1 : 0;
    }
    return count;
  }

  Example example(String id) {
    return new Example(
        id,
        size,
        new TreeMap<>(
            Map.of(
                ExampleEncoder.IDS, new HostArray.Ints(Arrays.copyOf(ids, size), size),
                ExampleEncoder.TARGETS, new HostArray.Floats(Arrays.copyOf(targets, size), size))));
  }

  private void reserve(int more) {
    if (size + more > ids.length) {
      int capacity = Math.max(2 * ids.length, size + more);
      ids = Arrays.copyOf(ids, capacity);
      targets = Arrays.copyOf(targets, capacity);
      bytes = Arrays.copyOf(bytes, capacity);
    }
  }

  private static int common(int[] a, int[] b) {
    int mismatch = Arrays.mismatch(a, b);
    return mismatch < 0 ? a.length : mismatch;
  }
}
