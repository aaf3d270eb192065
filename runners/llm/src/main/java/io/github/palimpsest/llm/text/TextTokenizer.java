package io.github.palimpsest.llm.text;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import io.github.palimpsest.api.PalimpsestException;
import io.github.palimpsest.llm.json.StrictJson;
import io.github.palimpsest.storage.IoReason;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The tokenizer of a Hugging Face directory: {@code tokenizer.json}, run by the same library that
 * transformers uses, and the special tokens named in {@code tokenizer_config.json}.
 *
 * <p>It works without a network. Special tokens written out in a text are matched first and never
 * split, as in that library.
 *
 * <p>Only this class puts tokens around a text, according to the tokenizer's own post-processor:
 * {@link #prompt}, {@link #begin} and {@link #end}. As in transformers 5, {@code add_bos_token} and
 * {@code add_eos_token} of {@code tokenizer_config.json} are ignored.
 */
public final class TextTokenizer implements AutoCloseable {
  /** The smallest share of a model's vocabulary that has tokens; the rest is padding. */
  private static final double SMALLEST_SHARE = 0.9;

  private static final long MAX_BYTES = 512L << 20;

  private final NativeTokenizer tokenizer;
  private final Path file;
  private final int vocabularySize;
  private final SpecialTokens around;
  private final OptionalInt bos;
  private final OptionalInt eos;
  private final OptionalInt pad;
  private final Map<Integer, Boolean> special = new ConcurrentHashMap<>();

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
   * @param path a {@code tokenizer.json} or its folder. {@code tokenizer_config.json} next to it
   *     gives the beginning, end and padding tokens, as does {@code special_tokens_map.json} if
   *     transformers reads it; both may be missing
   * @throws PalimpsestException if a file is missing or broken, a special token is unknown, or the
   *     native library cannot use it
   */
  public static TextTokenizer load(Path path) {
    Path file = Files.isDirectory(path) ? path.resolve("tokenizer.json") : path;
    byte[] json;
    try {
      json = StrictJson.bytes(file, MAX_BYTES);
    } catch (IOException e) {
      throw new PalimpsestException("cannot read " + file + ": " + IoReason.of(e), e);
    }
    return of(
        TokenizerJson.of(file, json),
        json,
        TokenizerConfig.optional(file.resolveSibling("tokenizer_config.json")),
        TokenizerConfig.optional(file.resolveSibling("special_tokens_map.json")));
  }

  /**
   * A tokenizer in memory.
   *
   * @param name its name in messages
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

  /** The ids of a text, without added tokens. */
  public int[] encode(String text) {
    return tokenizer.encode(text, false);
  }

  /**
   * The tokens before a text: the tokens that the post-processor puts there, or none if the text
   * already starts with them.
   *
   * @param ids the ids of the text, from {@link #encode}
   */
  public int[] begin(int[] ids) {
    return around.begins(ids) ? new int[0] : around.before().clone();
  }

  /**
   * The tokens after a text that has ended: the tokens that the post-processor puts there, or none
   * if the text already ends with them. A text that is to be continued has no tokens after it.
   *
   * @param ids the last ids of the text
   */
  public int[] end(int[] ids) {
    int[] after = around.after();
    int from = ids.length - after.length;
    return from >= 0 && Arrays.equals(after, 0, after.length, ids, from, ids.length)
        ? new int[0]
        : after.clone();
  }

  /**
   * The ids of a text that is to be continued: the ids that transformers gives, without the tokens
   * after its end, and without a second beginning token if the text has one.
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

  /** As {@link #tokenized}, with the characters of the text that each token covers. */
  TokenSpans spans(String text) {
    return tokenizer.spans(text);
  }

  /** Whether a token is special: text without special tokens has nothing of it. */
  boolean isSpecial(int id) {
    return special.computeIfAbsent(
        id, t -> decode(new int[] {t}, true).isEmpty() && !decode(new int[] {t}, false).isEmpty());
  }

  /** The text of some ids, without special tokens. Bytes that are not UTF-8 become U+FFFD. */
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

  /** The id of the beginning token; {@link #begin} tells whether a text starts with it. */
  public OptionalInt bos() {
    return bos;
  }

  /** The id that ends an answer. */
  public OptionalInt eos() {
    return eos;
  }

  /** The id that pads batches; it is not part of any text. */
  public OptionalInt pad() {
    return pad;
  }

  /** One more than the largest id, added tokens included. */
  public int vocabularySize() {
    return vocabularySize;
  }

  /**
   * Checks that the tokenizer belongs to a model. A model may have rows without a token, since many
   * models are padded for speed, but at most one row in ten. It never has fewer rows than the
   * tokenizer has tokens.
   *
   * @param modelVocabularySize the number of rows of the model's embedding
   * @throws PalimpsestException if they disagree; the message names both numbers
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

  /**
   * This tokenizer, for a model; closed if the two do not belong together.
   *
   * @throws PalimpsestException as {@link #requireVocabulary}
   */
  public TextTokenizer fitting(int modelVocabularySize) {
    try {
      requireVocabulary(modelVocabularySize);
      return this;
    } catch (PalimpsestException e) {
      close();
      throw e;
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
