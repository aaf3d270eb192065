package io.github.palimpsest.llm.text;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import io.github.palimpsest.api.PalimpsestException;
import io.github.palimpsest.llm.json.StrictJson;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.TreeMap;

/**
 * The tokenizer of a Hugging Face directory: {@code tokenizer.json}, run by the same library that
 * transformers uses, and the special tokens named in {@code tokenizer_config.json}.
 *
 * <p>Works without a network. Special tokens written out in a text are matched first and never
 * split, as that library does.
 *
 * <p>Which tokens are put around a text is decided here alone, by the tokenizer's own
 * post-processor: {@link #prompt} and {@link #begin}, {@link #end}. As in transformers 5, {@code
 * add_bos_token} and {@code add_eos_token} of {@code tokenizer_config.json} are not looked at.
 */
public final class TextTokenizer implements AutoCloseable {
  /** The least part of a model's vocabulary that has tokens; the rest is padding. */
  private static final double SMALLEST_SHARE = 0.9;

  private static final long MAX_BYTES = 512L << 20;

  private final NativeTokenizer tokenizer;
  private final Path file;
  private final int vocabularySize;
  private final SpecialTokens around;
  private final OptionalInt bos;
  private final OptionalInt eos;
  private final OptionalInt pad;

  private TextTokenizer(
      TokenizerJson json, NativeTokenizer tokenizer, Map<String, Integer> specials) {
    this.file = json.file();
    this.tokenizer = tokenizer;
    this.vocabularySize = json.size();
    this.around = SpecialTokens.of(json, tokenizer, vocabularySize);
    this.bos = id(specials, "bos_token");
    this.eos = id(specials, "eos_token");
    this.pad = id(specials, "pad_token");
  }

  /**
   * Reads a tokenizer.
   *
   * @param path a {@code tokenizer.json}, or the folder that has it; {@code tokenizer_config.json}
   *     beside it is read for the beginning, end and padding tokens, as is {@code
   *     special_tokens_map.json} where transformers reads it; both may be missing
   * @throws PalimpsestException if a file is missing or broken, a special token is unknown, or the
   *     native library cannot use it
   */
  public static TextTokenizer load(Path path) {
    Path file = Files.isDirectory(path) ? path.resolve("tokenizer.json") : path;
    byte[] json;
    try {
      json = StrictJson.bytes(file, MAX_BYTES);
    } catch (IOException e) {
      throw new PalimpsestException("cannot read " + file + ": " + Utf8Text.reason(e), e);
    }
    return of(
        TokenizerJson.of(file, json),
        json,
        optional(file.resolveSibling("tokenizer_config.json")),
        optional(file.resolveSibling("special_tokens_map.json")));
  }

  private static JsonNode optional(Path file) {
    return Files.isRegularFile(file) ? StrictJson.object(file) : MissingNode.getInstance();
  }

  /**
   * A tokenizer in memory.
   *
   * @param name what messages call it
   * @param tokenizerJson the content of {@code tokenizer.json}
   * @param configJson the content of {@code tokenizer_config.json}
   * @throws PalimpsestException as {@link #load}
   */
  public static TextTokenizer parse(String name, String tokenizerJson, String configJson) {
    byte[] json = tokenizerJson.getBytes(StandardCharsets.UTF_8);
    JsonNode config =
        StrictJson.parse(name + " is not JSON: ", configJson.getBytes(StandardCharsets.UTF_8));
    return of(TokenizerJson.of(Path.of(name), json), json, config, MissingNode.getInstance());
  }

  private static TextTokenizer of(TokenizerJson json, byte[] bytes, JsonNode config, JsonNode map) {
    TokenizerConfig.check(json, config);
    Map<String, Integer> specials = new TreeMap<>();
    for (String key : List.of("bos_token", "eos_token", "pad_token")) {
      String token = TokenizerConfig.token(config, map, key);
      if (!token.isEmpty()) {
        specials.put(
            key,
            json.idOf(token)
                .orElseThrow(
                    () ->
                        new PalimpsestException(
                            key + " '" + token + "' is not in the vocabulary of " + json.file())));
      }
    }
    if (!TokenizerParts.wellKnown(json.tree())) {
      TokenizerTrial.require(json.file(), bytes);
    }
    NativeTokenizer tokenizer = new NativeTokenizer(json.file(), bytes);
    try {
      return new TextTokenizer(json, tokenizer, specials);
    } catch (RuntimeException e) {
      tokenizer.close();
      throw e;
    }
  }

  /** The ids of a text, without any token that is not in it. */
  public int[] encode(String text) {
    return tokenizer.encode(text, false);
  }

  /**
   * The tokens that go before a text: those that the post-processor puts there, unless the text
   * starts with them already.
   *
   * @param ids the text's own, of {@link #encode}
   */
  public int[] begin(int[] ids) {
    return around.begins(ids) ? new int[0] : around.before().clone();
  }

  /**
   * The tokens that go after a text that has ended: those that the post-processor puts there,
   * unless the text ends with them already. Nothing goes after a text that is to be continued.
   *
   * @param ids the last of the text's
   */
  public int[] end(int[] ids) {
    int[] after = around.after();
    int from = ids.length - after.length;
    return from >= 0 && Arrays.equals(after, 0, after.length, ids, from, ids.length)
        ? new int[0]
        : after.clone();
  }

  /**
   * The ids of a text that is to be continued: what transformers makes of it, without the tokens
   * after its end, and without a second beginning token where it has one.
   */
  public int[] prompt(String text) {
    int[] ids = encode(text);
    int[] before = begin(ids);
    int[] all = Arrays.copyOf(before, before.length + ids.length);
    System.arraycopy(ids, 0, all, before.length, ids.length);
    return all;
  }

  /** As {@link #encode}, with the bytes of the text that each token covers. */
  public TokenizedText tokenized(String text) {
    return tokenizer.tokenized(text);
  }

  /** The text of some ids, special tokens left out. Bytes that are no UTF-8 become U+FFFD. */
  public String decode(int[] ids) {
    return decode(ids, true);
  }

  /**
   * The text of some ids.
   *
   * @param skipSpecial whether special tokens are left out
   */
  public String decode(int[] ids, boolean skipSpecial) {
    for (int id : ids) {
      if (id < 0 || id >= vocabularySize) {
        throw new PalimpsestException(
            "token id "
                + id
                + " is not in the vocabulary of "
                + file
                + ": 0 to "
                + (vocabularySize - 1));
      }
    }
    return tokenizer.decode(ids, skipSpecial);
  }

  /** The id of the token that is named to start a text; {@link #begin} tells whether it does. */
  public OptionalInt bos() {
    return bos;
  }

  /** The id that ends an answer. */
  public OptionalInt eos() {
    return eos;
  }

  /** The id that fills batches; no part of any text. */
  public OptionalInt pad() {
    return pad;
  }

  /** One more than the largest id, added tokens included. */
  public int vocabularySize() {
    return vocabularySize;
  }

  /**
   * Checks that the tokenizer belongs to a model. A model may have rows without a token, since many
   * are padded for speed, but no more than one in ten. It never has fewer rows than there are
   * tokens.
   *
   * @param modelVocabularySize rows of the model's embedding
   * @throws PalimpsestException if they disagree; names both numbers
   */
  public void requireVocabulary(int modelVocabularySize) {
    if (vocabularySize > modelVocabularySize
        || vocabularySize < SMALLEST_SHARE * modelVocabularySize) {
      throw new PalimpsestException(
          "tokenizer "
              + file
              + " has "
              + vocabularySize
              + " tokens, but the model's vocabulary size is "
              + modelVocabularySize
              + ": they do not belong together");
    }
  }

  @Override
  public void close() {
    tokenizer.close();
  }

  private static OptionalInt id(Map<String, Integer> specials, String key) {
    Integer id = specials.get(key);
    return id == null ? OptionalInt.empty() : OptionalInt.of(id);
  }
}
