package io.github.palimpsest.llm.gguf;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.palimpsest.api.PalimpsestException;
import java.util.Optional;
import java.util.OptionalInt;

/** The keys of a model in the metadata, which begin with the name of its architecture. */
final class ModelKeys {
  private static final String EMBEDDING = "token_embd.weight";
  private static final String HEADS = "attention.head_count";
  private static final String KEY_SIZE = "attention.key_length";
  private static final String VOCABULARY = "vocab_size";
  private static final String ROTATED = "rope.dimension_count";

  private final Architecture architecture;
  private final Metadata metadata;
  private final GgufFile tensors;

  ModelKeys(Architecture architecture, Metadata metadata, GgufFile tensors) {
    this.architecture = architecture;
    this.metadata = metadata;
    this.tensors = tensors;
  }

  String name(String key) {
    return architecture.id() + "." + key;
  }

  Metadata metadata() {
    return metadata;
  }

  GgufFile tensors() {
    return tensors;
  }

  boolean hasTensor(String name) {
    return tensors.names().contains(name);
  }

  Optional<Double> real(String key) {
    return metadata.real(name(key));
  }

  OptionalInt window() {
    return metadata.integer(name("attention.sliding_window"));
  }

  int layers() {
    return metadata.required(name("block_count"));
  }

  int heads() {
    return atLeastOne(HEADS);
  }

  int keyValueHeads() {
    return metadata.integer(name("attention.head_count_kv")).orElse(heads());
  }

  /** The width divided by the heads. */
  int usualHeadSize() {
    return atLeastOne("embedding_length") / heads();
  }

  /** The size of a head, of which keys and values have the same. */
  int headSize() {
    int size = metadata.integer(name(KEY_SIZE)).orElse(usualHeadSize());
    String values = "attention.value_length";
    if (metadata.integer(name(values)).orElse(size) != size) {
      throw metadata.refusal(name(values), "it must be that of keys, " + size);
    }
    return size;
  }

  /** Refuses a head size that the family cannot have. */
  void requireUsualHeadSize() {
    if (headSize() != usualHeadSize()) {
      throw metadata.refusal(
          name(KEY_SIZE), "it must be the width divided by the heads, " + usualHeadSize());
    }
  }

  /** Writes the keys that all families share. */
  void common(ObjectNode config) {
    config.put("vocab_size", vocabulary());
    config.put("hidden_size", metadata.required(name("embedding_length")));
    config.put("intermediate_size", metadata.required(name("feed_forward_length")));
    config.put("num_hidden_layers", layers());
    config.put("num_attention_heads", heads());
    config.put("num_key_value_heads", keyValueHeads());
    config.put("max_position_embeddings", metadata.required(name("context_length")));
    String epsilon = name("attention.layer_norm_rms_epsilon");
    config.put(
        "rms_norm_eps",
        metadata
            .real(epsilon)
            .orElseThrow(
                () -> new PalimpsestException(metadata.file() + ": '" + epsilon + "' is missing")));
    config.put("tie_word_embeddings", !hasTensor("output.weight"));
    SpecialIds ids = SpecialIds.of(metadata);
    ids.bos().ifPresent(id -> config.put("bos_token_id", id));
    ids.eos().ifPresent(id -> config.put("eos_token_id", id));
    int rotated = metadata.integer(name(ROTATED)).orElse(headSize());
    if (rotated != headSize()) {
      if (architecture != Architecture.PHI3) {
        throw metadata.refusal(name(ROTATED), "it must be the size of a head, " + headSize());
      }
      config.put("partial_rotary_factor", (double) rotated / headSize());
    }
    new RopeScalingKeys(this, rotated).write(config);
  }

  /** The rows of the embedding. */
  private int vocabulary() {
    if (!hasTensor(EMBEDDING)) {
      throw new PalimpsestException(metadata.file() + ": tensor '" + EMBEDDING + "' is missing");
    }
    int rows = Math.toIntExact(tensors.shape(EMBEDDING).get(0));
    if (metadata.integer(name(VOCABULARY)).orElse(rows) != rows) {
      throw metadata.refusal(name(VOCABULARY), "'" + EMBEDDING + "' has " + rows + " rows");
    }
    return rows;
  }

  private int atLeastOne(String key) {
    int value = metadata.required(name(key));
    if (value < 1) {
      throw metadata.refusal(name(key), "it must be at least 1");
    }
    return value;
  }
}
