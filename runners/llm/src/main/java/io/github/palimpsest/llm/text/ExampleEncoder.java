package io.github.palimpsest.llm.text;

import io.github.palimpsest.api.PalimpsestException;
import io.github.palimpsest.api.data.Example;
import io.github.palimpsest.api.data.ReadList;
import io.github.palimpsest.llm.example.Packing;
import io.github.palimpsest.llm.example.Truncation;
import java.util.ArrayList;
import java.util.List;

/**
 * Encodes documents as token ids and targets.
 *
 * <p>An example has the fields {@code ids} (int {@code [n]}) and {@code targets} (float {@code
 * [n]}). A target is 1 if the token at that position must be predicted from the tokens before it.
 * An example starts with the tokens that the tokenizer puts before a text ({@link
 * TextTokenizer#begin}): the beginning token, or none if the tokenizer has none or the text already
 * starts with it. Only responses are targets, each with the end-of-sequence token as its last
 * token. In a plain text every token after the beginning is a target, and an end token follows only
 * if the tokenizer puts one there ({@link TextTokenizer#end}).
 *
 * <p>Context and response are tokenised together, so that no word is cut at their border. The
 * targets are the tokens after the common beginning with the tokens of the context alone, so a
 * token across the border is a target.
 *
 * <p>A complete text ({@link Document#rest}) is tokenised as it is, in one piece. Its targets are
 * the tokens that cover a part of a response.
 *
 * <p>Tokens beyond {@code length} are cut off, usually at the end. An example without any target
 * left is dropped and counted.
 *
 * @param tokenizer the model's tokenizer
 * @param length the largest number of tokens of an example; at most the model's number of positions
 * @param windows whether a plain text that is too long becomes several examples of consecutive
 *     windows instead of being cut off. Each window starts with the beginning token or, if there is
 *     none, with the token before the window, so every token is a target once
 * @param packed whether whole examples are joined up to {@code length}, see {@link Packing}
 * @param truncation the side on which a document that is too long is cut off
 */
public record ExampleEncoder(
    TextTokenizer tokenizer, int length, boolean windows, boolean packed, Truncation truncation) {
  /** The field of token ids. */
  public static final String IDS = "ids";

  /** The number of last tokens in which a tokenizer looks for the end of a text. */
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

  /** An encoder without windows or packing. */
  public ExampleEncoder(TextTokenizer tokenizer, int length) {
    this(tokenizer, length, false, false);
  }

  /** An encoder that cuts off the end of a document that is too long. */
  public ExampleEncoder(TextTokenizer tokenizer, int length, boolean windows, boolean packed) {
    this(tokenizer, length, windows, packed, Truncation.RIGHT);
  }

  /** An encoder for whole documents of any length, for callers that cut them, such as scoring. */
  public static ExampleEncoder whole(TextTokenizer tokenizer) {
    return new ExampleEncoder(tokenizer, Integer.MAX_VALUE);
  }

  /**
   * Examples and the counts of their documents.
   *
   * @param examples in the order of the documents
   * @param bytes for each example the UTF-8 bytes of the text that its targets cover, without the
   *     bytes of text that was cut off and of a first token that nothing predicts. An end token has
   *     no bytes
   * @param cut the number of examples that lost their end, or their beginning
   * @param dropped the number of documents without a target left
   * @param documents for each example the number of its document; of the first one of a pack
   */
  public record Encoded(
      List<Example> examples, List<Long> bytes, int cut, int dropped, List<Integer> documents) {
    /** Copies lists that can change. */
    public Encoded {
      examples = ReadList.copyOf(examples);
      bytes = ReadList.copyOf(bytes);
      documents = ReadList.copyOf(documents);
    }
  }

  /**
   * Encodes documents. An example's id is {@code task/number} with the document's number in its
   * file.
   *
   * @param task the task's name
   * @param documents the documents to encode
   * @throws PalimpsestException if no example is left
   */
  public Encoded encode(String task, List<Document> documents) {
    ExampleStore examples = new ExampleStore();
    int cut = 0;
    int dropped = 0;
    for (DocumentParts parts = new DocumentParts(documents); parts.hasNext(); ) {
      List<Document> part = parts.next();
      // a text in windows has only its open window in memory, and its windows come in order
      boolean streamed = windows && part.stream().anyMatch(d -> !d.answers());
      List<ExampleTokens> encoded =
          streamed ? List.of() : part.parallelStream().map(this::tokens).toList();
      for (int i = 0; i < part.size(); i++) {
        Document d = part.get(i);
        String id = task + "/" + d.number();
        if (windows && !d.answers()) {
          dropped += windows(id, d, examples.of(d.number())) ? 0 : 1;
          continue;
        }
        ExampleTokens whole = streamed ? tokens(d) : encoded.get(i);
        ExampleTokens kept =
            truncation == Truncation.LEFT ? whole.lastWithBeginning(length) : whole.first(length);
        if (kept.targetCount() == 0) {
          dropped++;
        } else {
          cut += kept.size() < whole.size() ? 1 : 0;
          examples.of(d.number()).add(kept.example(id), kept.targetBytes());
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
                      + (length == Integer.MAX_VALUE
                          ? ""
                          : " within the "
                              + (truncation == Truncation.LEFT ? "last " : "first ")
                              + length)));
    }
    Encoded encoded =
        new Encoded(examples.examples(), examples.bytes(), cut, dropped, examples.documents());
    return packed ? pack(encoded) : encoded;
  }

  /**
   * The ids of a prompt: all text of a document before its last response, with the same beginning
   * tokens as an example.
   */
  public int[] prompt(Document document) {
    ExampleTokens prompt = new ExampleTokens();
    List<Exchange> exchanges = document.exchanges();
    if (document.rest().isPresent()) {
      StringBuilder text = new StringBuilder();
      exchanges
          .subList(0, exchanges.size() - 1)
          .forEach(e -> text.append(e.context() + e.response()));
      return tokenizer.encode(
          text.append(exchanges.get(exchanges.size() - 1).context()).toString());
    }
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
    if (document.rest().isPresent()) {
      tokens.complete(tokenizer, document, document.rest().get());
      return tokens;
    }
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

  /** Adds a plain text; unless its end is wanted, only until there are more tokens than fit. */
  private void plain(ExampleTokens tokens, Exchange e) {
    TokenStream pieces = new TokenStream(tokenizer, e.reader());
    long from = 0;
    TokenizedText piece = pieces.next();
    tokens.begin(tokenizer, piece == null ? new int[0] : piece.ids());
    while (piece != null) {
      from = tokens.text(piece, from);
      boolean full = tokens.size() > length;
      if (full && truncation == Truncation.LEFT && tokens.size() / 4 > length) {
        tokens.forget(length + 1); // one more than fits, which shows that something is cut
      }
      piece = full && truncation == Truncation.RIGHT ? null : pieces.next();
    }
  }

  /**
   * Adds a plain text window by window as each fills, or as one example if it fits.
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
        // there are more tokens than fit in a window, so the full window is complete
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
    List<Long> bytes = new ArrayList<>();
    List<Integer> documents = new ArrayList<>();
    int from = 0;
    for (int count : Packing.counts(whole.examples(), length)) {
      bytes.add(
          whole.bytes().subList(from, from + count).stream().mapToLong(Long::longValue).sum());
      documents.add(whole.documents().get(from));
      from += count;
    }
    return new Encoded(
        Packing.of(whole.examples(), length), bytes, whole.cut(), whole.dropped(), documents);
  }
}
