package io.github.palimpsest.llm.gguf;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.palimpsest.api.PalimpsestException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;

/** Writes the tokenizer of a file as transformers reads it. */
final class TokenizerFiles {
  private static final String MERGES = "tokenizer.ggml.merges";
  private static final String SCORES = "tokenizer.ggml.scores";
  private static final String SPACE = "\u2581";

  /** Tokens of Phi-3 that leave the spaces after them alone; llama.cpp knows them by name too. */
  private static final Set<String> KEEPING_SPACES = Set.of("<unk>", "<s>", "<|endoftext|>");

  private final Metadata metadata;
  private final Architecture architecture;
  private final boolean pieces;
  private final SpecialIds special;
  private final Vocabulary vocabulary;

  /**
   * @throws PalimpsestException if the kind of tokenizer is not supported, or tokens are malformed
   */
  TokenizerFiles(Metadata metadata, Architecture architecture) {
    this.metadata = metadata;
    this.architecture = architecture;
    String model =
        metadata
            .text(Vocabulary.MODEL)
            .orElseThrow(
                () ->
                    new PalimpsestException(
                        metadata.file() + ": '" + Vocabulary.MODEL + "' is missing"));
    if (!List.of(Vocabulary.BYTE_PAIR, Vocabulary.SENTENCE_PIECE).contains(model)) {
      throw metadata.refusal(
          Vocabulary.MODEL,
          "supported are " + Vocabulary.BYTE_PAIR + " and " + Vocabulary.SENTENCE_PIECE);
    }
    pieces = model.equals(Vocabulary.SENTENCE_PIECE);
    special = SpecialIds.of(metadata);
    Vocabulary read = Vocabulary.of(metadata);
    vocabulary = pieces ? read.withSpaces() : read;
  }

  /** The number of tokens, with those that pad the vocabulary. */
  int size() {
    return vocabulary.size();
  }

  /**
   * Writes {@code tokenizer.json}, {@code tokenizer_config.json}, {@code generation_config.json},
   * and {@code chat_template.jinja} where there is a template.
   */
  void write(Path folder) throws IOException {
    json(folder.resolve("tokenizer.json"), tokenizer());
    Optional<String> template = metadata.text("tokenizer.chat_template");
    json(folder.resolve("tokenizer_config.json"), config(template));
    json(folder.resolve("generation_config.json"), GenerationSettings.of(metadata, special));
    if (template.isPresent()) {
      Files.writeString(folder.resolve("chat_template.jinja"), template.get());
    }
  }

  private static void json(Path file, ObjectNode json) throws IOException {
    Files.writeString(
        file, new ObjectMapper().writerWithDefaultPrettyPrinter().writeValueAsString(json) + "\n");
  }

  private ObjectNode config(Optional<String> template) {
    ObjectNode config = new ObjectMapper().createObjectNode();
    config.put("tokenizer_class", "PreTrainedTokenizerFast");
    config.put("clean_up_tokenization_spaces", false);
    config.put("model_max_length", metadata.required(architecture.id() + ".context_length"));
    special.byKey().forEach((key, id) -> config.put(key, token(key, id)));
    // older versions of transformers read the template here
    template.ifPresent(t -> config.put("chat_template", t));
    return config;
  }

  private String token(String key, int id) {
    if (id >= vocabulary.size()) {
      throw new PalimpsestException(
          "%s: the %s is %d, but there are %d tokens"
              .formatted(metadata.file(), key, id, vocabulary.size()));
    }
    return vocabulary.tokens().get(id);
  }

  private ObjectNode tokenizer() {
    ObjectNode json = new ObjectMapper().createObjectNode();
    json.put("version", "1.0").putNull("truncation").putNull("padding");
    addedTokens(json.putArray("added_tokens"));
    ObjectNode model = json.objectNode();
    model.put("type", "BPE").putNull("dropout");
    boolean bos = pieces ? pieces(json, model) : bytePairs(json, model);
    ObjectNode ids = model.putObject("vocab");
    for (int id = 0; id < vocabulary.size(); id++) {
      if (vocabulary.kinds().get(id) != Vocabulary.Kind.UNUSED) {
        ids.put(vocabulary.tokens().get(id), id);
      }
    }
    model.set("merges", merges(model));
    around(json, metadata.flag("tokenizer.ggml.add_bos_token").orElse(bos));
    json.set("model", model);
    return json;
  }

  private void addedTokens(ArrayNode added) {
    boolean phi = pieces && architecture == Architecture.PHI3;
    for (int id = 0; id < vocabulary.size(); id++) {
      if (vocabulary.kinds().get(id).isMatchedWhole()) {
        String token = vocabulary.tokens().get(id);
        added
            .addObject()
            .put("id", id)
            .put("content", token)
            .put("single_word", false)
            .put("lstrip", false)
            .put("rstrip", phi && !KEEPING_SPACES.contains(token))
            .put("normalized", false)
            .put("special", vocabulary.kinds().get(id) != Vocabulary.Kind.USER_DEFINED);
      }
    }
  }

  /**
   * The parts of a byte-level tokenizer.
   *
   * @return whether a text begins with a token if no key says so
   */
  private boolean bytePairs(ObjectNode json, ObjectNode model) {
    if (metadata.flag("tokenizer.ggml.add_space_prefix").orElse(false)) {
      throw metadata.refusal(
          "tokenizer.ggml.add_space_prefix", "a byte-level tokenizer adds no space");
    }
    metadata.numbers(SCORES); // some converters write them; only merges count
    PreTokenizer words = PreTokenizer.of(metadata);
    words.write(json);
    json.putObject("decoder")
        .put("type", "ByteLevel")
        .put("add_prefix_space", true)
        .put("trim_offsets", true)
        .put("use_regex", true);
    model.putNull("unk_token").put("fuse_unk", false).put("byte_fallback", false);
    model.put("ignore_merges", words.isWholeWords());
    return words.isBosUsual();
  }

  /** The parts of a SentencePiece tokenizer, as those of Llama 2 and Gemma. */
  private boolean pieces(ObjectNode json, ObjectNode model) {
    if (metadata.flag("tokenizer.ggml.remove_extra_whitespaces").orElse(false)) {
      throw metadata.refusal("tokenizer.ggml.remove_extra_whitespaces", "it is not supported");
    }
    metadata.text("tokenizer.ggml.pre"); // 'default': there is one way
    boolean prefix = metadata.flag("tokenizer.ggml.add_space_prefix").orElse(true);
    ArrayNode normalizers =
        json.putObject("normalizer").put("type", "Sequence").putArray("normalizers");
    if (prefix) {
      normalizers.addObject().put("type", "Prepend").put("prepend", SPACE);
    }
    replace(normalizers.addObject(), " ", SPACE);
    json.putNull("pre_tokenizer");
    ArrayNode decoders = json.putObject("decoder").put("type", "Sequence").putArray("decoders");
    replace(decoders.addObject(), SPACE, " ");
    decoders.addObject().put("type", "ByteFallback");
    decoders.addObject().put("type", "Fuse");
    if (prefix) {
      decoders.addObject().put("type", "Strip").put("content", " ").put("start", 1).put("stop", 0);
    }
    special.unknown().ifPresent(id -> model.put("unk_token", token("unk_token", id)));
    model.put("fuse_unk", true).put("byte_fallback", true).put("ignore_merges", false);
    return true;
  }

  private static void replace(ObjectNode part, String from, String to) {
    part.put("type", "Replace").put("content", to).putObject("pattern").put("String", from);
  }

  private ArrayNode merges(ObjectNode model) {
    ArrayNode merges = model.arrayNode();
    if (metadata.has(MERGES) || !pieces) {
      List<String> texts =
          metadata
              .texts(MERGES)
              .orElseThrow(
                  () -> new PalimpsestException(metadata.file() + ": '" + MERGES + "' is missing"));
      Map<String, Integer> ids = vocabulary.ids();
      texts.forEach(text -> merges.add(merge(merges, text, ids)));
      return merges;
    }
    List<Number> scores = metadata.numbers(SCORES).orElse(List.of());
    if (scores.size() != vocabulary.size()) {
      throw metadata.refusal(SCORES, "there must be one for each of the tokens");
    }
    for (String[] merge : PieceMerges.of(vocabulary, scores)) {
      merges.addArray().add(merge[0]).add(merge[1]);
    }
    return merges;
  }

  private ArrayNode merge(ArrayNode factory, String text, Map<String, Integer> ids) {
    int at = text.indexOf(' ', 1);
    String left = at < 0 ? "" : text.substring(0, at);
    String right = at < 0 ? "" : text.substring(at + 1);
    if (!ids.containsKey(left) || !ids.containsKey(right) || !ids.containsKey(left + right)) {
      throw new PalimpsestException(
          "%s: '%s' has '%s', which is not a merge of two tokens into a third"
              .formatted(metadata.file(), MERGES, text));
    }
    return factory.arrayNode().add(left).add(right);
  }

  /** The tokens that are put before and after a text. */
  private void around(ObjectNode json, boolean bos) {
    boolean eos = metadata.flag("tokenizer.ggml.add_eos_token").orElse(false);
    if (metadata.flag("tokenizer.ggml.add_sep_token").orElse(false)) {
      throw metadata.refusal("tokenizer.ggml.add_sep_token", "it is not supported");
    }
    ObjectNode template = json.putObject("post_processor").put("type", "TemplateProcessing");
    ObjectNode known = json.objectNode();
    for (String form : List.of("single", "pair")) {
      ArrayNode pieces = template.putArray(form);
      for (int text = 0; text < (form.equals("pair") ? 2 : 1); text++) {
        if (bos) {
          specialToken(pieces, known, "bos_token", special.bos(), text);
        }
        pieces
            .addObject()
            .putObject("Sequence")
            .put("id", text == 0 ? "A" : "B")
            .put("type_id", text);
        if (eos) {
          specialToken(pieces, known, "eos_token", special.eos(), text);
        }
      }
    }
    template.set("special_tokens", known);
  }

  private void specialToken(
      ArrayNode pieces, ObjectNode known, String key, OptionalInt id, int text) {
    int found =
        id.orElseThrow(
            () ->
                new PalimpsestException(
                    metadata.file() + ": a " + key + " is added to texts, but there is none"));
    String token = token(key, found);
    pieces.addObject().putObject("SpecialToken").put("id", token).put("type_id", text);
    ObjectNode one = known.putObject(token).put("id", token);
    one.putArray("ids").add(found);
    one.putArray("tokens").add(token);
  }
}
