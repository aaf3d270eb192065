package io.github.palimpsest.llm.text;

import ai.djl.huggingface.tokenizers.Encoding;
import io.github.palimpsest.api.PalimpsestException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/**
 * The tokens that a tokenizer puts around a text. Its post-processor alone decides, as in
 * transformers 5: neither a {@code bos_token} nor {@code add_bos_token} puts any.
 *
 * @param before put before every text; the beginning token, or none
 * @param after put after a text that has ended; mostly none
 */
record SpecialTokens(int[] before, int[] after) {
  /** How many tokens of the vocabulary are tried as texts. */
  private static final int TRIED = 100;

  /**
   * Asks the post-processor.
   *
   * @param vocabularySize one more than the largest id
   * @throws PalimpsestException if it does something else than to put tokens around a text
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

  /** Texts of which one surely has a token. */
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
