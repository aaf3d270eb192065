package io.github.palimpsest.llm.gguf;

import java.util.OptionalInt;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * The special tokens that the metadata name, by id. A SentencePiece tokenizer has llama.cpp's usual
 * ones where no key names them.
 */
record SpecialIds(OptionalInt bos, OptionalInt eos, OptionalInt unknown, Metadata metadata) {
  private static final int USUAL_UNKNOWN = 0;
  private static final int USUAL_BOS = 1;
  private static final int USUAL_EOS = 2;

  static SpecialIds of(Metadata metadata) {
    boolean pieces = metadata.text(Vocabulary.MODEL).orElse("").equals(Vocabulary.SENTENCE_PIECE);
    return new SpecialIds(
        id(metadata, "bos", pieces, USUAL_BOS),
        id(metadata, "eos", pieces, USUAL_EOS),
        id(metadata, "unknown", pieces, USUAL_UNKNOWN),
        metadata);
  }

  private static OptionalInt id(Metadata metadata, String name, boolean usually, int usual) {
    OptionalInt given = id(metadata, name);
    return given.isEmpty() && usually ? OptionalInt.of(usual) : given;
  }

  private static OptionalInt id(Metadata metadata, String name) {
    return metadata.integer("tokenizer.ggml." + name + "_token_id");
  }

  OptionalInt padding() {
    return id(metadata, "padding");
  }

  /** The tokens that end an answer: the end of a text, of a turn, and of a message. */
  TreeSet<Integer> ends() {
    TreeSet<Integer> ends = new TreeSet<>();
    eos.ifPresent(ends::add);
    id(metadata, "eot").ifPresent(ends::add);
    id(metadata, "eom").ifPresent(ends::add);
    return ends;
  }

  /** The tokens by their keys in {@code tokenizer_config.json}. */
  SortedMap<String, Integer> byKey() {
    SortedMap<String, Integer> all = new TreeMap<>();
    bos.ifPresent(id -> all.put("bos_token", id));
    eos.ifPresent(id -> all.put("eos_token", id));
    unknown.ifPresent(id -> all.put("unk_token", id));
    padding().ifPresent(id -> all.put("pad_token", id));
    id(metadata, "seperator").ifPresent(id -> all.put("sep_token", id)); // as GGUF spells it
    id(metadata, "mask").ifPresent(id -> all.put("mask_token", id));
    return all;
  }
}
