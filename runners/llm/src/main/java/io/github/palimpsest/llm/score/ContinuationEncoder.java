package io.github.palimpsest.llm.score;

import io.github.palimpsest.api.PalimpsestException;
import io.github.palimpsest.api.data.Example;
import io.github.palimpsest.api.data.HostArray;
import io.github.palimpsest.llm.text.ExampleEncoder;
import io.github.palimpsest.llm.text.Exchange;
import io.github.palimpsest.llm.text.TextTokenizer;
import io.github.palimpsest.llm.text.TokenizedText;
import java.util.Arrays;
import java.util.Map;
import java.util.OptionalInt;
import java.util.TreeMap;

/**
 * Contexts and continuations as examples whose targets are the continuations, exactly as the
 * Language Model Evaluation Harness 0.4.13 tokenises them (EleutherAI/lm-evaluation-harness, {@code
 * lm_eval/api/model.py} and {@code models/huggingface.py}).
 *
 * @param tokenizer the model's; it decides whether a beginning token is put before a text
 * @param maxLength the largest number of tokens that the model is fed. An example has one more,
 *     because the last one is only predicted
 */
public record ContinuationEncoder(TextTokenizer tokenizer, int maxLength) {
  /**
   * A context and a possible continuation. White space at the end of the context is moved to the
   * continuation. The continuation's tokens are those of the whole text after the number of tokens
   * in the context. An empty context is replaced by the beginning token, or otherwise the end
   * token. If the whole is too long, its beginning is cut off.
   */
  public Example pair(String id, String context, String continuation) {
    return fitted(id, context, continuation).example();
  }

  /**
   * A pair as the model is fed it.
   *
   * @param cut the tokens that were cut off its beginning
   * @param wanted the tokens of the continuation, before anything was cut; more than {@link
   *     ContinuationEncoder#maxLength} are not all in the example
   */
  public record Fitted(Example example, int cut, int wanted) {}

  /**
   * The tokens of a continuation, if they alone are more than {@link #maxLength}. Faster than
   * {@link #fitted} where they are far fewer.
   */
  public OptionalInt tooLong(String context, String continuation) {
    String moved = context.substring(Spaces.stripTrailing(context).length());
    if (2 * tokenizer.encode(moved + continuation).length < maxLength) {
      return OptionalInt
          .empty(); // tokens next to the context can differ, but are not twice as many
    }
    int wanted = fitted("", context, continuation).wanted();
    return wanted > maxLength ? OptionalInt.of(wanted) : OptionalInt.empty();
  }

  /** {@link #pair}, and what was cut off. */
  public Fitted fitted(String id, String context, String continuation) {
    String trimmed = Spaces.stripTrailing(context);
    int[] given;
    int[] wanted;
    if (context.isEmpty()) {
      int[] ids = tokenizer.encode(continuation);
      int prefix = prefix();
      boolean hasPrefix = ids.length > 0 && ids[0] == prefix;
      given = new int[] {prefix};
      wanted = hasPrefix ? Arrays.copyOfRange(ids, 1, ids.length) : ids;
    } else {
      int[] whole = tokenizer.prompt(context + continuation);
      given = tokenizer.prompt(trimmed);
      wanted = Arrays.copyOfRange(whole, Math.min(given.length, whole.length), whole.length);
    }
    int[] all = join(given, wanted);
    int from = Math.max(0, all.length - (maxLength + 1));
    Example example = example(id, Arrays.copyOfRange(all, from, all.length), wanted.length);
    return new Fitted(example, from, wanted.length);
  }

  /**
   * A whole text in windows. The first one starts with the beginning token, or otherwise the end
   * token, which is not added twice. If the tokenizer has neither, nothing predicts the first
   * token, and it is not scored.
   *
   * @param stride from 1 to {@link #maxLength}; with the latter, the windows are those of the
   *     harness
   */
  public ScoredText rolling(String id, String text, int stride) {
    TokenizedText tokens = tokenizer.tokenized(text);
    int[] ids = tokens.ids();
    OptionalInt prefix = before();
    boolean add = prefix.isPresent() && (ids.length == 0 || ids[0] != prefix.getAsInt());
    int[] all = add ? join(new int[] {prefix.getAsInt()}, ids) : ids;
    if (all.length < 2) {
      throw new PalimpsestException(id + ": the text has no token that could be predicted");
    }
    long bytes = tokens.bytes() - (add ? 0 : tokens.ends()[0]);
    return new ScoredText(example(id, all, all.length - 1), bytes, maxLength + 1, stride);
  }

  /** The windows of {@link #rolling} for a text that is too long for the memory. */
  public StreamedText rolling(String id, Exchange text, int stride) {
    return new StreamedText(id, tokenizer, text, before(), maxLength + 1, stride);
  }

  private OptionalInt before() {
    return tokenizer.bos().isPresent() ? tokenizer.bos() : tokenizer.eos();
  }

  private int prefix() {
    return tokenizer
        .bos()
        .orElseGet(
            () ->
                tokenizer
                    .eos()
                    .orElseThrow(
                        () ->
                            new PalimpsestException(
                                "the tokenizer has neither a beginning nor an end token to put"
                                    + " before a text")));
  }

  private static int[] join(int[] a, int[] b) {
    int[] all = Arrays.copyOf(a, a.length + b.length);
    System.arraycopy(b, 0, all, a.length, b.length);
    return all;
  }

  private static Example example(String id, int[] ids, int wanted) {
    float[] targets = new float[ids.length];
    Arrays.fill(targets, Math.max(1, ids.length - wanted), ids.length, 1f);
    return new Example(
        id,
        ids.length,
        new TreeMap<>(
            Map.of(
                ExampleEncoder.IDS, new HostArray.Ints(ids, ids.length),
                ExampleEncoder.TARGETS, new HostArray.Floats(targets, ids.length))));
  }
}
