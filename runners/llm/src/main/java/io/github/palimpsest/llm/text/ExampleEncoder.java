package io.github.palimpsest.llm.text;

import io.github.palimpsest.api.Example;
import io.github.palimpsest.api.HostArray;
import io.github.palimpsest.api.PalimpsestException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Documents as token ids and targets.
 *
 * <p>An example has the fields {@code ids} (int {@code [n]}) and {@code targets} (float {@code
 * [n]}): 1 where the token at that position is to be predicted from those before it. It starts with
 * the tokens that the tokenizer puts before a text ({@link TextTokenizer#begin}): the beginning
 * token or none, and none that the text has already. Only responses are targets, each with the
 * end-of-sequence token as its last; of a plain text everything after the beginning, with an end
 * only where the tokenizer puts one ({@link TextTokenizer#end}).
 *
 * <p>Context and response are tokenised together, so that a word is never cut where they meet; the
 * targets are the tokens beyond those that the context alone would have, a token across the border
 * among them.
 *
 * <p>What does not fit into {@code length} is cut off at the end. An example without any target
 * left is dropped and counted.
 *
 * @param tokenizer the model's
 * @param length the most tokens of an example: at most the model's positions
 * @param windows whether a plain text that is too long becomes several examples of consecutive
 *     windows instead of being cut off. Each starts with the beginning token, or where there is
 *     none with the token before it, so every token is a target once
 * @param packed whether whole examples are put together up to {@code length}. Attention then
 *     reaches from one into those before it; the beginning token alone marks where one starts
 */
public record ExampleEncoder(TextTokenizer tokenizer, int length, boolean windows, boolean packed) {
  /** The field of token ids. */
  public static final String IDS = "ids";

  /** The field of target weights. */
  public static final String TARGETS = "targets";

  /**
   * @throws PalimpsestException if the length is below 2
   */
  public ExampleEncoder {
    if (length < 2) {
      throw new PalimpsestException("examples need at least 2 tokens, not " + length);
    }
  }

  /** Without windows or packing. */
  public ExampleEncoder(TextTokenizer tokenizer, int length) {
    this(tokenizer, length, false, false);
  }

  /** Whole documents, however long: for what cuts them itself, as scoring does. */
  public static ExampleEncoder whole(TextTokenizer tokenizer) {
    return new ExampleEncoder(tokenizer, Integer.MAX_VALUE);
  }

  /**
   * Examples, and what became of the documents.
   *
   * @param examples in the order of the documents
   * @param bytes for each example the UTF-8 bytes of the text that its targets cover: those of what
   *     was cut off and of a first token that nothing predicts are not among them. An end token has
   *     none
   * @param cut how many examples lost their end
   * @param dropped how many documents had no target left
   */
  public record Encoded(List<Example> examples, List<Long> bytes, int cut, int dropped) {
    /** Copies both lists. */
    public Encoded {
      examples = List.copyOf(examples);
      bytes = List.copyOf(bytes);
    }
  }

  /**
   * Encodes documents. An example's id is {@code task/number} by the document's place in its file.
   *
   * @param task the task's name
   * @param documents what to encode
   * @throws PalimpsestException if no example is left
   */
  public Encoded encode(String task, List<Document> documents) {
    List<Example> examples = new ArrayList<>();
    List<Long> bytes = new ArrayList<>();
    int cut = 0;
    int dropped = 0;
    for (Document d : documents) {
      Tokens whole = tokens(d);
      String id = task + "/" + d.number();
      if (windows && !d.answers() && whole.size() > length) {
        windows(id, whole, examples, bytes);
      } else {
        Tokens kept = whole.first(length);
        if (kept.targetCount() == 0) {
          dropped++;
        } else {
          cut += kept.size() < whole.size() ? 1 : 0;
          examples.add(kept.example(id));
          bytes.add(kept.targetBytes());
        }
      }
    }
    if (examples.isEmpty()) {
      throw new PalimpsestException(
          "task '"
              + task
              + "' has no example: "
              + (documents.isEmpty()
                  ? "there are no documents"
                  : "none of its "
                      + documents.size()
                      + " documents has a token to learn"
                      + (length == Integer.MAX_VALUE ? "" : " within the first " + length)));
    }
    return packed
        ? pack(examples, bytes, cut, dropped)
        : new Encoded(examples, bytes, cut, dropped);
  }

  /**
   * The ids of a prompt to be answered: all that a document has before its last response, begun as
   * an example is.
   */
  public int[] prompt(Document document) {
    Tokens prompt = new Tokens();
    List<Exchange> exchanges = document.exchanges();
    for (Exchange e : exchanges.subList(0, exchanges.size() - 1)) {
      prompt.exchange(tokenizer, e, document.answers());
    }
    int[] last = tokenizer.encode(exchanges.get(exchanges.size() - 1).context());
    prompt.begin(tokenizer, last);
    prompt.add(last, 0);
    return Arrays.copyOf(prompt.ids, prompt.size);
  }

  private Tokens tokens(Document document) {
    Tokens tokens = new Tokens();
    for (Exchange e : document.exchanges()) {
      tokens.exchange(tokenizer, e, document.answers());
    }
    int[] last = Arrays.copyOfRange(tokens.ids, Math.max(0, tokens.size - 8), tokens.size);
    tokens.add(tokenizer.end(last), 1);
    return tokens;
  }

  private void windows(String id, Tokens whole, List<Example> examples, List<Long> bytes) {
    int number = 0;
    int[] begin = tokenizer.begin(new int[0]);
    int given = Math.max(1, begin.length);
    if (given >= length) {
      throw new PalimpsestException(
          "windows of %d tokens have no room behind the tokenizer's %d of its own"
              .formatted(length, given));
    }
    for (int from = given; from < whole.size(); from += length - given) {
      int to = Math.min(whole.size(), from + length - given);
      Tokens window = new Tokens();
      window.add(begin.length > 0 ? begin : new int[] {whole.ids[from - 1]}, 0);
      window.add(Arrays.copyOfRange(whole.ids, from, to), 1);
      examples.add(window.example(id + "." + number++));
      bytes.add(whole.targetBytes(from, to));
    }
  }

  private Encoded pack(List<Example> examples, List<Long> bytes, int cut, int dropped) {
    List<Example> packs = new ArrayList<>();
    List<Long> packedBytes = new ArrayList<>();
    Tokens open = new Tokens();
    String id = "";
    long openBytes = 0;
    for (int i = 0; i < examples.size(); i++) {
      Example e = examples.get(i);
      if (open.size() > 0 && open.size() + e.tokens() > length) {
        packs.add(open.example(id));
        packedBytes.add(openBytes);
        open = new Tokens();
        openBytes = 0;
      }
      id = open.size() == 0 ? e.id() : id;
      open.append(e);
      openBytes += bytes.get(i);
    }
    packs.add(open.example(id));
    packedBytes.add(openBytes);
    return new Encoded(packs, packedBytes, cut, dropped);
  }

  /** Growing ids and targets, with the bytes of the response that each token covers. */
  private static final class Tokens {
    private int[] ids = new int[64];
    private float[] targets = new float[64];
    private long[] bytes = new long[64];
    private int size;

    int size() {
      return size;
    }

    void add(int[] more, float target) {
      reserve(more.length);
      System.arraycopy(more, 0, ids, size, more.length);
      Arrays.fill(targets, size, size + more.length, target);
      size += more.length;
      dropFirstTarget();
    }

    void append(Example e) {
      HostArray.Ints moreIds = (HostArray.Ints) e.fields().get(IDS);
      HostArray.Floats moreTargets = (HostArray.Floats) e.fields().get(TARGETS);
      reserve(e.tokens());
      System.arraycopy(moreIds.toArray(), 0, ids, size, e.tokens());
      System.arraycopy(moreTargets.toArray(), 0, targets, size, e.tokens());
      size += e.tokens();
    }

    /** What the tokenizer puts before a text, if nothing is here yet. */
    void begin(TextTokenizer tokenizer, int[] text) {
      if (size == 0) {
        add(tokenizer.begin(text), 0);
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

    /** Nothing comes before the first token that it could be predicted from. */
    void dropFirstTarget() {
      targets[0] = 0;
    }

    Tokens first(int length) {
      Tokens part = new Tokens();
      part.size = Math.min(size, length);
      part.ids = ids;
      part.targets = targets;
      part.bytes = bytes;
      return part;
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
                  IDS, new HostArray.Ints(Arrays.copyOf(ids, size), size),
                  TARGETS, new HostArray.Floats(Arrays.copyOf(targets, size), size))));
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
}
