package io.github.palimpsest.llm.text;

import ai.djl.huggingface.tokenizers.Encoding;
import io.github.palimpsest.api.PalimpsestException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/**
 * The tokens that a tokenizer puts around a text. Only its post-processor adds them, as in
 * transformers 5; {@code bos_token} and {@code add_bos_token} add none.
 *
 * @param before the tokens before every text: the beginning token, or none
 * @param after the tokens after a text that has ended; usually none
 */
record SpecialTokens(int[] before, int[] after) {
  /** The largest number of texts to try. */
  private static final int TRIED = 100;

  /**
   * Finds the tokens that the post-processor adds.
   *
   * @param vocabularySize one more than the largest id
   * @throws PalimpsestException if the post-processor does anything other than add tokens around a
   *     text
   */
  static SpecialTokens of(TokenizerJson json, NativeTokenizer tokenizer, int vocabularySize) {
    for (String text : texts(json)) {
      int[] plain = tokenizer.encode(text, false);
      if (plain.length > 0) {
        SpecialTokens around = around(json, plain, tokenizer.encoding(text));
        IntStream.concat(IntStream.of(around.before), IntStream.of(around.after))
            .filter(id -> id >= vocabularySize)
            .forEach(id -> outside(json, id, vocabularySize));
        return around;
      }
    }
    throw new PalimpsestException(json.file() + " has no token for any text");
  }

  private static void outside(TokenizerJson json, int id, int vocabularySize) {
    throw new PalimpsestException(
        "%s: the post-processor adds token %d, outside the vocabulary of %d"
            .formatted(json.file(), id, vocabularySize));
  }

  private static SpecialTokens around(TokenizerJson json, int[] plain, Encoding encoding) {
    int[] ids = Arrays.stream(encoding.getIds()).mapToInt(Math::toIntExact).toArray();
    long[] special = encoding.getSpecialTokenMask();
    int from = 0;
    while (from < ids.length && special[from] == 1) {
      from++;
    }
    int to = Math.min(ids.length, from + plain.length);
    boolean around = Arrays.stream(special, to, ids.length).allMatch(s -> s == 1);
    if (!around || !Arrays.equals(plain, Arrays.copyOfRange(ids, from, to))) {
      throw new PalimpsestException(
          json.file()
              + ": the post-processor makes "
              + Arrays.toString(ids)
              + " of "
              + Arrays.toString(plain)
              + "; only tokens before and after a text are supported");
    }
    return new SpecialTokens(Arrays.copyOf(ids, from), Arrays.copyOfRange(ids, to, ids.length));
  }

  /** Texts; at least one of them is certain to have a token. */
  private static List<String> texts(TokenizerJson json) {
    List<String> texts = new ArrayList<>(List.of("a"));
    json.tree().path("added_tokens").forEach(added -> texts.add(added.path("content").asText()));
    if (json.vocabulary().isArray()) {
      json.vocabulary().forEach(piece -> texts.add(piece.path(0).asText()));
    } else {
      json.vocabulary().fieldNames().forEachRemaining(texts::add);
    }
    return texts.subList(0, Math.min(TRIED, texts.size()));
  }

  /** Whether ids start with all of {@link #before}. */
  boolean begins(int[] ids) {
    return ids.length >= before.length
        && Arrays.equals(before, 0, before.length, ids, 0, before.length);
  }
}
