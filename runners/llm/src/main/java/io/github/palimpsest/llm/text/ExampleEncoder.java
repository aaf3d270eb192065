package io.github.palimpsest.llm.text;

import io.github.palimpsest.api.PalimpsestException;
import io.github.palimpsest.api.data.Example;
import io.github.palimpsest.api.data.ReadList;
import java.util.List;

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

  /** Of how many last tokens a tokenizer sees whether a text has its end already. */
  private static final int LAST = 8;

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
    /** Copies lists that can change. */
    public Encoded {
      examples = ReadList.copyOf(examples);
      bytes = ReadList.copyOf(bytes);
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
    ExampleStore examples = new ExampleStore();
    int cut = 0;
    int dropped = 0;
    for (DocumentParts parts = new DocumentParts(documents); parts.hasNext(); ) {
      List<Document> part = parts.next();
      // of a text in windows only what is open is in memory, and its windows come in order
      boolean streamed = windows && part.stream().anyMatch(d -> !d.answers());
      List<ExampleTokens> encoded =
          streamed ? List.of() : part.parallelStream().map(this::tokens).toList();
      for (int i = 0; i < part.size(); i++) {
        Document d = part.get(i);
        String id = task + "/" + d.number();
        if (windows && !d.answers()) {
          dropped += windows(id, d, examples) ? 0 : 1;
          continue;
        }
        ExampleTokens whole = streamed ? tokens(d) : encoded.get(i);
        ExampleTokens kept = whole.first(length);
        if (kept.targetCount() == 0) {
          dropped++;
        } else {
          cut += kept.size() < whole.size() ? 1 : 0;
          examples.add(kept.example(id), kept.targetBytes());
        }
      }
    }
    if (examples.count() == 0) {
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
    Encoded encoded = new Encoded(examples.examples(), examples.bytes(), cut, dropped);
    return packed ? pack(encoded) : encoded;
  }

  /**
   * The ids of a prompt to be answered: all that a document has before its last response, begun as
   * an example is.
   */
  public int[] prompt(Document document) {
    ExampleTokens prompt = new ExampleTokens();
    List<Exchange> exchanges = document.exchanges();
    for (Exchange e : exchanges.subList(0, exchanges.size() - 1)) {
      prompt.exchange(tokenizer, e, document.answers());
    }
    int[] last = tokenizer.encode(exchanges.get(exchanges.size() - 1).context());
    prompt.begin(tokenizer, last);
    prompt.add(last, 0);
    return prompt.ids();
  }

  private ExampleTokens tokens(Document document) {
    ExampleTokens tokens = new ExampleTokens();
    for (Exchange e : document.exchanges()) {
      if (document.answers() || !e.context().isEmpty()) {
        tokens.exchange(tokenizer, e, document.answers());
      } else {
        plain(tokens, e);
      }
    }
    int[] last = tokens.last(LAST);
    tokens.add(tokenizer.end(last), 1);
    return tokens;
  }

  /** A plain text, read no further than what is kept of it and a token more. */
  private void plain(ExampleTokens tokens, Exchange e) {
    TokenStream pieces = new TokenStream(tokenizer, e.reader());
    long from = 0;
    TokenizedText piece = pieces.next();
    tokens.begin(tokenizer, piece == null ? new int[0] : piece.ids());
    while (piece != null) {
      from = tokens.text(piece, from);
      piece = tokens.size() > length ? null : pieces.next();
    }
  }

  /**
   * A plain text in windows as they fill, and as one example if it fits.
   *
   * @return whether there was a target
   */
  private boolean windows(String id, Document document, ExampleStore examples) {
    ExampleTokens open = new ExampleTokens();
    int number = 0;
    int[] tail = {};
    int[] begin = tokenizer.begin(new int[0]);
    int given = Math.max(1, begin.length);
    if (given >= length) {
      throw new PalimpsestException(
          "windows of %d tokens have no room behind the tokenizer's %d of its own"
              .formatted(length, given));
    }
    for (Exchange e : document.exchanges()) {
      TokenStream pieces = new TokenStream(tokenizer, e.reader());
      long from = 0;
      for (TokenizedText piece = pieces.next(); piece != null; piece = pieces.next()) {
        open.begin(tokenizer, piece.ids());
        from = open.text(piece, from);
        tail = open.last(LAST);
        // more is to come, or the text is too long: a window that is full is complete
        for (; open.size() > length; open = open.behind(length, begin)) {
          ExampleTokens full = open.first(length);
          examples.add(full.example(id + "." + number++), full.targetBytes());
        }
      }
    }
    open.add(tokenizer.end(tail), 1);
    for (; open.size() > length; open = open.behind(length, begin)) {
      ExampleTokens full = open.first(length);
      examples.add(full.example(id + "." + number++), full.targetBytes());
    }
    if (open.targetCount() == 0) {
      return number > 0;
    }
    examples.add(open.example(number == 0 ? id : id + "." + number), open.targetBytes());
    return true;
  }

  private Encoded pack(Encoded whole) {
    ExampleStore packs = new ExampleStore();
    ExampleTokens open = new ExampleTokens();
    String id = "";
    long openBytes = 0;
    for (int i = 0; i < whole.examples().size(); i++) {
      Example e = whole.examples().get(i);
      if (open.size() > 0 && open.size() + e.tokens() > length) {
        packs.add(open.example(id), openBytes);
        open = new ExampleTokens();
        openBytes = 0;
      }
      id = open.size() == 0 ? e.id() : id;
      open.append(e);
      openBytes += whole.bytes().get(i);
    }
    packs.add(open.example(id), openBytes);
    return new Encoded(packs.examples(), packs.bytes(), whole.cut(), whole.dropped());
  }
}
