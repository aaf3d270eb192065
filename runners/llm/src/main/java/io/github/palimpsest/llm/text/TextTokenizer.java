package io.github.palimpsest.llm.text;

import ai.djl.huggingface.tokenizers.HuggingFaceTokenizer;
import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.palimpsest.api.PalimpsestException;
import java.io.ByteArrayInputStream;
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
 * split, as that library does; none is added by {@link #encode}.
 */
public final class TextTokenizer implements AutoCloseable {
  /** The least part of a model's vocabulary that has tokens; the rest is padding. */
  private static final double SMALLEST_SHARE = 0.9;

  private static final ObjectMapper JSON = new ObjectMapper();

  static {
    // The library would otherwise report its use to its makers, and fetch another native library on
    // a machine with CUDA; the one for the CPU is in its JAR.
    unlessSet("ai.djl.offline", "true");
    unlessSet("OPT_OUT_TRACKING", "true");
    unlessSet("RUST_FLAVOR", "cpu");
  }

  private final HuggingFaceTokenizer tokenizer;
  private final Path file;
  private final int vocabularySize;
  private final OptionalInt bos;
  private final OptionalInt eos;
  private final OptionalInt pad;
  private final boolean chatTemplate;

  private TextTokenizer(
      Path file, byte[] json, JsonNode tree, Map<String, Integer> specials, boolean chatTemplate) {
    this.file = file;
    this.tokenizer = open(file, json);
    this.vocabularySize = size(file, tree);
    this.bos = id(specials, "bos_token");
    this.eos = id(specials, "eos_token");
    this.pad = id(specials, "pad_token");
    this.chatTemplate = chatTemplate;
  }

  /**
   * Reads a tokenizer.
   *
   * @param path a {@code tokenizer.json}, or the folder that has it; {@code tokenizer_config.json}
   *     beside it is read for the beginning, end and padding tokens, and may be missing
   * @throws PalimpsestException if a file is missing or broken, or a special token is unknown
   */
  public static TextTokenizer load(Path path) {
    Path file = Files.isDirectory(path) ? path.resolve("tokenizer.json") : path;
    Path config = file.resolveSibling("tokenizer_config.json");
    return of(
        file,
        bytes(file),
        Files.isRegularFile(config) ? parse(config, bytes(config)) : JSON.nullNode(),
        Files.isRegularFile(file.resolveSibling("chat_template.jinja")));
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
    byte[] config = configJson.getBytes(StandardCharsets.UTF_8);
    Path file = Path.of(name);
    return of(file, tokenizerJson.getBytes(StandardCharsets.UTF_8), parse(file, config), false);
  }

  private static TextTokenizer of(Path file, byte[] json, JsonNode config, boolean chatTemplate) {
    JsonNode tree = parse(file, json);
    Map<String, Integer> specials = new TreeMap<>();
    for (String key : List.of("bos_token", "eos_token", "pad_token")) {
      JsonNode named = config.path(key);
      String token = named.isObject() ? named.path("content").asText() : named.asText("");
      if (named.isNull() || token.isEmpty()) {
        continue;
      }
      OptionalInt id = idOf(tree, token);
      if (id.isEmpty()) {
        throw new PalimpsestException(key + " '" + token + "' is not in the vocabulary of " + file);
      }
      specials.put(key, id.getAsInt());
    }
    boolean template = chatTemplate || config.hasNonNull("chat_template");
    return new TextTokenizer(file, json, tree, specials, template);
  }

  /** The ids of a text, without any token that is not in it. */
  public int[] encode(String text) {
    return Arrays.stream(tokenizer.encode(text, false, false).getIds())
        .mapToInt(Math::toIntExact)
        .toArray();
  }

  /** As {@link #encode}, with the bytes of the text that each token covers. */
  public TokenizedText tokenized(String text) {
    return TokenizedText.of(text, tokenizer.encode(text, false, false));
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
    return tokenizer.decode(Arrays.stream(ids).asLongStream().toArray(), skipSpecial);
  }

  /** The id that starts a document. */
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

  /**
   * Whether the tokenizer's own post-processor puts {@link #bos()} before a text. Harnesses that
   * leave special tokens to the tokenizer go by this.
   */
  public boolean addsBos() {
    long[] ids = tokenizer.encode("", true, false).getIds();
    return bos.isPresent() && ids.length > 0 && ids[0] == bos.getAsInt();
  }

  /** Whether a chat template comes with the tokenizer; it is not evaluated. */
  public boolean hasChatTemplate() {
    return chatTemplate;
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

  private static HuggingFaceTokenizer open(Path file, byte[] json) {
    try {
      // said outright, since the library's default cuts texts at 512 tokens
      return HuggingFaceTokenizer.newInstance(
          new ByteArrayInputStream(json),
          Map.of("truncation", "false", "padding", "false", "addSpecialTokens", "false"));
    } catch (IOException | RuntimeException e) {
      throw new PalimpsestException(file + " is not a tokenizer: " + e.getMessage(), e);
    }
  }

  private static int size(Path file, JsonNode tree) {
    int size = 0;
    JsonNode vocabulary = tree.path("model").path("vocab");
    if (vocabulary.isArray()) {
      size = vocabulary.size();
    } else {
      for (JsonNode id : vocabulary) {
        size = Math.max(size, id.asInt() + 1);
      }
    }
    for (JsonNode added : tree.path("added_tokens")) {
      size = Math.max(size, added.path("id").asInt() + 1);
    }
    if (size == 0) {
      throw new PalimpsestException(file + " has no vocabulary");
    }
    return size;
  }

  private static OptionalInt idOf(JsonNode tree, String token) {
    for (JsonNode added : tree.path("added_tokens")) {
      if (added.path("content").asText().equals(token)) {
        return OptionalInt.of(added.path("id").asInt());
      }
    }
    JsonNode vocabulary = tree.path("model").path("vocab");
    if (vocabulary.isArray()) {
      for (int i = 0; i < vocabulary.size(); i++) {
        if (vocabulary.get(i).path(0).asText().equals(token)) {
          return OptionalInt.of(i);
        }
      }
      return OptionalInt.empty();
    }
    return vocabulary.has(token)
        ? OptionalInt.of(vocabulary.get(token).asInt())
        : OptionalInt.empty();
  }

  private static OptionalInt id(Map<String, Integer> specials, String key) {
    Integer id = specials.get(key);
    return id == null ? OptionalInt.empty() : OptionalInt.of(id);
  }

  private static byte[] bytes(Path file) {
    try {
      return Files.readAllBytes(file);
    } catch (IOException e) {
      throw new PalimpsestException("cannot read " + file + ": " + Utf8Text.reason(e), e);
    }
  }

  private static JsonNode parse(Path file, byte[] json) {
    try {
      return JSON.readTree(json);
    } catch (JacksonException e) {
      throw new PalimpsestException(file + " is not JSON: " + e.getOriginalMessage(), e);
    } catch (IOException e) {
      throw new PalimpsestException("cannot read " + file + ": " + Utf8Text.reason(e), e);
    }
  }

  private static void unlessSet(String property, String value) {
    if (System.getenv(property) == null && System.getProperty(property) == null) {
      System.setProperty(property, value);
    }
  }
}
