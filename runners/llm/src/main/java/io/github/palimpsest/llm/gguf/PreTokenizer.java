package io.github.palimpsest.llm.gguf;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.palimpsest.api.PalimpsestException;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;

/**
 * How a byte-level tokenizer cuts a text into words before it merges bytes. A file only names the
 * way, in {@code tokenizer.ggml.pre}; the parts are those of the original tokenizers.
 */
enum PreTokenizer {
  /** GPT-2. */
  GPT2(List.of("gpt-2", "phi-2"), Cut.WORDS, false, false, false),
  /** GPT-NeoX, MPT and OLMo: GPT-2 after Unicode's composition. */
  COMPOSED(List.of("mpt", "olmo"), Cut.WORDS, true, false, false),
  /** SmolLM, StarCoder and Refact: each digit is a word. */
  DIGITS(List.of("smollm", "starcoder", "refact"), Cut.DIGITS, false, false, false),
  /** Llama 3: at most three digits are a word. */
  LLAMA3(List.of("llama-bpe", "llama3", "llama-v3"), Cut.LLAMA3, false, true, true),
  /** The same words as Llama 3, found by merges alone: DBRX, Phi-4, Smaug. */
  THREE_DIGITS(List.of("dbrx", "smaug-bpe"), Cut.LLAMA3, false, false, false),
  /** Qwen 2 to 3. */
  QWEN2(List.of("qwen2"), Cut.QWEN2, true, false, false),
  /** Mistral's Tekken. */
  TEKKEN(List.of("tekken"), Cut.TEKKEN, false, true, true),
  /** GPT-4o and Phi-4-mini. */
  GPT4O(List.of("gpt-4o"), Cut.GPT4O, false, false, false);

  private static final String KEY = "tokenizer.ggml.pre";

  private final List<String> names;
  private final Cut cut;
  private final boolean composed;
  private final boolean wholeWords;
  private final boolean bos;

  /**
   * @param composed whether texts are normalised to NFC
   * @param wholeWords whether a word that is a token is not built from merges
   * @param bos whether a text begins with a token if no key says so, as in llama.cpp
   */
  PreTokenizer(List<String> names, Cut cut, boolean composed, boolean wholeWords, boolean bos) {
    this.names = names;
    this.cut = cut;
    this.composed = composed;
    this.wholeWords = wholeWords;
    this.bos = bos;
  }

  /**
   * The way that a file names.
   *
   * @throws PalimpsestException if it names none, or one that is not known; names those that are
   */
  static PreTokenizer of(Metadata metadata) {
    String named =
        metadata
            .text(KEY)
            .orElseThrow(
                () ->
                    new PalimpsestException(
                        "%s: '%s' is missing: the file does not say how texts are cut into words"
                            .formatted(metadata.file(), KEY)));
    return Arrays.stream(values())
        .filter(p -> p.names.contains(named))
        .findFirst()
        .orElseThrow(
            () ->
                metadata.refusal(
                    KEY,
                    "supported are "
                        + Arrays.stream(values())
                            .flatMap(p -> p.names.stream())
                            .collect(Collectors.joining(", "))));
  }

  boolean isWholeWords() {
    return wholeWords;
  }

  boolean isBosUsual() {
    return bos;
  }

  /** Writes {@code normalizer} and {@code pre_tokenizer}. */
  void write(ObjectNode tokenizer) {
    if (composed) {
      tokenizer.putObject("normalizer").put("type", "NFC");
    } else {
      tokenizer.putNull("normalizer");
    }
    if (cut == Cut.WORDS) {
      tokenizer.set("pre_tokenizer", byteLevel(true));
      return;
    }
    ObjectNode all = tokenizer.putObject("pre_tokenizer").put("type", "Sequence");
    if (cut == Cut.DIGITS) {
      all.putArray("pretokenizers")
          .add(object("Digits").put("individual_digits", true))
          .add(byteLevel(true));
      return;
    }
    ObjectNode split = object("Split");
    split.putObject("pattern").put("Regex", cut.pattern);
    split.put("behavior", "Isolated").put("invert", false);
    all.putArray("pretokenizers").add(split).add(byteLevel(false));
  }

  private static ObjectNode byteLevel(boolean words) {
    return object("ByteLevel")
        .put("add_prefix_space", false)
        .put("trim_offsets", true)
        .put("use_regex", words);
  }

  private static ObjectNode object(String type) {
    return new ObjectMapper().createObjectNode().put("type", type);
  }

  /** The patterns of words. */
  private enum Cut {
    /** The pattern inside the library, that of GPT-2. */
    WORDS(""),
    /** That pattern, after digits are cut off. */
    DIGITS(""),
    LLAMA3(Cut.ENDINGS + "|" + Cut.LETTERS + "|\\p{N}{1,3}" + Cut.REST),
    QWEN2(Cut.ENDINGS + "|" + Cut.LETTERS + "|\\p{N}" + Cut.REST),
    TEKKEN(Cut.LOWER + "|" + Cut.UPPER + "|\\p{N}" + Cut.REST_WITH_SLASH),
    GPT4O(
        Cut.LOWER
            + Cut.ENDINGS
            + "?|"
            + Cut.UPPER
            + Cut.ENDINGS
            + "?|\\p{N}{1,3}"
            + Cut.REST_WITH_SLASH);

    private static final String ENDINGS = "(?i:'s|'t|'re|'ve|'m|'ll|'d)";
    private static final String LETTERS = "[^\\r\\n\\p{L}\\p{N}]?\\p{L}+";
    private static final String LOWER =
        "[^\\r\\n\\p{L}\\p{N}]?[\\p{Lu}\\p{Lt}\\p{Lm}\\p{Lo}\\p{M}]*[\\p{Ll}\\p{Lm}\\p{Lo}\\p{M}]+";
    private static final String UPPER =
        "[^\\r\\n\\p{L}\\p{N}]?[\\p{Lu}\\p{Lt}\\p{Lm}\\p{Lo}\\p{M}]+[\\p{Ll}\\p{Lm}\\p{Lo}\\p{M}]*";
    private static final String REST =
        "| ?[^\\s\\p{L}\\p{N}]+[\\r\\n]*|\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+";
    private static final String REST_WITH_SLASH =
        "| ?[^\\s\\p{L}\\p{N}]+[\\r\\n/]*|\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+";

    private final String pattern;

    Cut(String pattern) {
      this.pattern = pattern;
    }
  }
}
