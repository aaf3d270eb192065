package io.github.palimpsest.llm.gguf;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.palimpsest.api.PalimpsestException;
import java.util.Arrays;
import java.util.OptionalInt;
import java.util.stream.Collectors;

/** The architectures of llama.cpp that become a family of this project. */
enum Architecture {
  LLAMA("llama", "llama") {
    @Override
    void own(ModelKeys keys, ObjectNode config) {
      config.put("head_dim", keys.headSize());
      config.put("hidden_act", SILU);
      config.put("attention_bias", keys.hasTensor("blk.0.attn_q.bias"));
      config.put("mlp_bias", keys.hasTensor("blk.0.ffn_up.bias"));
    }
  },
  QWEN2("qwen2", "qwen2") {
    @Override
    void own(ModelKeys keys, ObjectNode config) {
      keys.requireUsualHeadSize();
      config.put("hidden_act", SILU);
    }
  },
  QWEN3("qwen3", "qwen3") {
    @Override
    void own(ModelKeys keys, ObjectNode config) {
      config.put("head_dim", keys.headSize());
      config.put("hidden_act", SILU);
      config.put("attention_bias", keys.hasTensor("blk.0.attn_q.bias"));
    }
  },
  PHI3("phi3", "phi3") {
    @Override
    void own(ModelKeys keys, ObjectNode config) {
      keys.requireUsualHeadSize();
      config.put("hidden_act", SILU);
      OptionalInt window = keys.window();
      if (window.orElse(0) > 0) { // converters write 0 for none
        config.put(WINDOW, window.getAsInt());
      } else {
        config.putNull(WINDOW);
      }
    }
  },
  GEMMA2("gemma2", "gemma2") {
    @Override
    void own(ModelKeys keys, ObjectNode config) {
      gemma(keys, config, GEMMA2_27B_LAYERS);
      keys.real("attn_logit_softcapping")
          .ifPresentOrElse(
              cap -> config.put(ATTENTION_CAP, cap), () -> config.putNull(ATTENTION_CAP));
    }
  },
  GEMMA3("gemma3", "gemma3_text") {
    @Override
    void own(ModelKeys keys, ObjectNode config) {
      gemma(keys, config, GEMMA3_27B_LAYERS);
      config.put("rope_local_base_freq", keys.real("rope.freq_base_swa").orElse(10_000.0));
    }
  };

  private static final String SILU = "silu";
  private static final String WINDOW = "sliding_window";
  private static final String ATTENTION_CAP = "attn_logit_softcapping";
  private static final String LOGIT_CAP = "final_logit_softcapping";
  private static final int GEMMA2_27B_LAYERS = 46;
  private static final int GEMMA3_27B_LAYERS = 62;

  private final String id;
  private final String modelType;

  Architecture(String id, String modelType) {
    this.id = id;
    this.modelType = modelType;
  }

  /**
   * The architecture of a file.
   *
   * @throws PalimpsestException if it is missing or not supported; names those that are
   */
  static Architecture of(Metadata metadata) {
    String key = "general.architecture";
    String named =
        metadata
            .text(key)
            .orElseThrow(
                () -> new PalimpsestException(metadata.file() + ": '" + key + "' is missing"));
    return Arrays.stream(values())
        .filter(a -> a.id.equals(named))
        .findFirst()
        .orElseThrow(
            () ->
                metadata.refusal(
                    key,
                    "supported are "
                        + Arrays.stream(values())
                            .map(Architecture::id)
                            .collect(Collectors.joining(", "))));
  }

  /** The name in GGUF, which begins the keys of the model. */
  String id() {
    return id;
  }

  /** The {@code model_type} of transformers. */
  String modelType() {
    return modelType;
  }

  boolean isGemma() {
    return this == GEMMA2 || this == GEMMA3;
  }

  /**
   * The {@code config.json} of the model in a file, with the keys of the family.
   *
   * @throws PalimpsestException if a key is missing, malformed, or has a value that the family does
   *     not know
   */
  ObjectNode config(ModelKeys keys) {
    ObjectNode config = new ObjectMapper().createObjectNode();
    config.put("model_type", modelType);
    keys.common(config);
    own(keys, config);
    return config;
  }

  /** Adds the keys that differ between the families. */
  abstract void own(ModelKeys keys, ObjectNode config);

  /**
   * What Gemma 2 and 3 share. No key holds the scale of attention: as in llama.cpp, it follows the
   * size of heads, except in the models of 27B parameters, known by their layers.
   */
  private static void gemma(ModelKeys keys, ObjectNode config, int layersOf27b) {
    config.put("head_dim", keys.headSize());
    config.put("hidden_activation", "gelu_pytorch_tanh");
    config.put("attention_bias", false);
    config.put(
        "query_pre_attn_scalar",
        keys.layers() == layersOf27b ? keys.usualHeadSize() : keys.headSize());
    keys.window().ifPresent(window -> config.put(WINDOW, window));
    keys.real(LOGIT_CAP)
        .ifPresentOrElse(cap -> config.put(LOGIT_CAP, cap), () -> config.putNull(LOGIT_CAP));
  }
}
