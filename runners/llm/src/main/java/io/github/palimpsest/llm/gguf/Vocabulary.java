package io.github.palimpsest.llm.gguf;

import io.github.palimpsest.api.PalimpsestException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The tokens of a file.
 *
 * @param tokens the text of each token by its id
 * @param kinds the kind of each token
 */
record Vocabulary(List<String> tokens, List<Kind> kinds) {
  /** The key of the kind of tokenizer. */
  static final String MODEL = "tokenizer.ggml.model";

  /** Byte-level BPE with a list of merges. */
  static final String BYTE_PAIR = "gpt2";

  /** SentencePiece: BPE with a score for each token. */
  static final String SENTENCE_PIECE = "llama";

  private static final String TOKENS = "tokenizer.ggml.tokens";
  private static final String TYPES = "tokenizer.ggml.token_type";

  /** The kinds of tokens, in the order of their numbers. */
  enum Kind {
    /** Without a kind. */
    UNDEFINED,
    /** Found by merges. */
    NORMAL,
    /** Stands for what has no token. */
    UNKNOWN,
    /** Special: matched whole, and not part of a text. */
    CONTROL,
    /** Matched whole, and part of a text. */
    USER_DEFINED,
    /** Pads the vocabulary. */
    UNUSED,
    /** One byte. */
    BYTE;

    /** Whether a text is searched for the token before anything else happens to it. */
    boolean isMatchedWhole() {
      return this == UNKNOWN || this == CONTROL || this == USER_DEFINED;
    }
  }

  /**
   * Reads the tokens.
   *
   * @throws PalimpsestException if they are missing, are not as many as the kinds, or a token has
   *     no text or two ids
   */
  static Vocabulary of(Metadata metadata) {
    List<String> tokens =
        metadata
            .texts(TOKENS)
            .orElseThrow(
                () -> new PalimpsestException(metadata.file() + ": '" + TOKENS + "' is missing"));
    List<Kind> kinds = new ArrayList<>(tokens.size());
    List<Number> types = metadata.numbers(TYPES).orElse(List.of());
    if (!types.isEmpty() && types.size() != tokens.size()) {
      throw metadata.refusal(TYPES, "there are " + tokens.size() + " tokens");
    }
    for (int id = 0; id < tokens.size(); id++) {
      kinds.add(types.isEmpty() ? Kind.NORMAL : kind(metadata, id, types.get(id)));
    }
    Vocabulary all = new Vocabulary(tokens, kinds);
    all.requireDistinct(metadata);
    return all;
  }

  private static Kind kind(Metadata metadata, int id, Number type) {
    if (type instanceof Long t && t > 0 && t < Kind.values().length) {
      return Kind.values()[t.intValue()];
    }
    throw new PalimpsestException(
        "%s: '%s' has %s for token %d; kinds are numbered from 1 to %d"
            .formatted(metadata.file(), TYPES, type, id, Kind.values().length - 1));
  }

  private void requireDistinct(Metadata metadata) {
    Map<String, Integer> ids = new HashMap<>();
    for (int id = 0; id < tokens.size(); id++) {
      Integer other = ids.putIfAbsent(tokens.get(id), id);
      if (other != null || tokens.get(id).isEmpty()) {
        throw new PalimpsestException(
            "%s: '%s' has %s"
                .formatted(
                    metadata.file(),
                    TOKENS,
                    other == null
                        ? "no text for token " + id
                        : "'" + tokens.get(id) + "' as tokens " + other + " and " + id));
      }
    }
  }

  /** The number of tokens. */
  int size() {
    return tokens.size();
  }

  /** A copy with the text of user-defined tokens as it is in texts: a space, not U+2581. */
  Vocabulary withSpaces() {
    List<String> plain = new ArrayList<>(tokens);
    for (int id = 0; id < plain.size(); id++) {
      if (kinds.get(id) == Kind.USER_DEFINED) {
        plain.set(id, plain.get(id).replace('\u2581', ' '));
      }
    }
    return new Vocabulary(plain, kinds);
  }

  /** The ids of all tokens that can be produced. */
  Map<String, Integer> ids() {
    Map<String, Integer> ids = new HashMap<>();
    for (int id = 0; id < tokens.size(); id++) {
      if (kinds.get(id) != Kind.UNUSED) {
        ids.put(tokens.get(id), id);
      }
    }
    return ids;
  }
}
