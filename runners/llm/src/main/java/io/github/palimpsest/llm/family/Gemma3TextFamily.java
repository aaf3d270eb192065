package io.github.palimpsest.llm.family;

import io.github.palimpsest.api.component.Cost;
import io.github.palimpsest.api.component.Onset;
import io.github.palimpsest.api.component.Traits;
import io.github.palimpsest.api.model.AttentionSpec;
import io.github.palimpsest.api.model.ConfigWriter;
import io.github.palimpsest.api.model.DecoderFamily;
import io.github.palimpsest.api.model.DecoderSpec;
import io.github.palimpsest.api.model.ModelConfig;
import io.github.palimpsest.api.model.ModelFamilyProvider;
import io.github.palimpsest.api.model.Rope;
import java.util.List;
import java.util.OptionalInt;
import java.util.function.IntFunction;

/**
 * The text model of Gemma 3, as {@code Gemma3TextConfig} of transformers has it: two rotations, for
 * the layers with a window and for the others.
 */
final class Gemma3TextFamily implements DecoderFamily {
  static final ModelFamilyProvider PROVIDER =
      ModelFamilyProvider.of(
              "gemma3-text",
              "gemma3_text",
              "The text model of Gemma 3: normalised queries and keys, two rotations",
              "x += norm o(softmax(norm(q) norm(k)' s) v)(norm x); x += norm down(gelu(gate(norm x)) up(norm x))")
          .traits(
              Traits.of(
                  Onset.FIRST_TASK,
                  Cost.NONE,
                  "Gemma Team 2025, Gemma 3 technical report (arXiv:2503.19786)"))
          .creates(settings -> new Gemma3TextFamily());

  private static final int USUAL_WINDOW = 4096;
  private static final int USUAL_PATTERN = 6;
  private static final double GLOBAL = 1_000_000;
  private static final double LOCAL = 10_000;
  private static final String LOCAL_BASE = "rope_local_base_freq";
  private static final String PATTERN = "sliding_window_pattern";

  @Override
  public DecoderSpec read(ModelConfig config) {
    UsualKeys keys = new UsualKeys(config);
    Rope global =
        config.rope(UsualKeys.FULL, Rope.of(GLOBAL)).orElseGet(() -> config.rope(Rope.of(GLOBAL)));
    Rope local =
        config
            .rope(UsualKeys.SLIDING, Rope.of(LOCAL))
            .orElseGet(() -> Rope.of(config.real(LOCAL_BASE, LOCAL)));
    AttentionSpec full =
        GemmaParts.attention(config, keys.attention(GemmaParts.headSize(config), global))
            .normed(AttentionSpec.Normed.HEADS);
    AttentionSpec sliding =
        UsualKeys.windowed(full.rope(local), keys.window(OptionalInt.of(USUAL_WINDOW)));
    List<String> types = keys.types(pattern(config));
    return GemmaParts.spec(config, keys, GemmaParts.byType(config, types, full, sliding));
  }

  /** All layers but each n-th have a window. */
  private static IntFunction<String> pattern(ModelConfig config) {
    if (config.has("layer_types")) {
      config.ignore(PATTERN, "_" + PATTERN);
      return layer -> UsualKeys.FULL;
    }
    int n = config.integer(PATTERN, USUAL_PATTERN, UsualKeys.MAX_LAYERS);
    config.ignore("_" + PATTERN);
    return layer -> (layer + 1) % n == 0 ? UsualKeys.FULL : UsualKeys.SLIDING;
  }

  @Override
  public void write(DecoderSpec spec, ConfigWriter config) {
    config.architecture("Gemma3ForCausalLM").rope(rope(spec, false, GLOBAL));
    config.put(LOCAL_BASE, rope(spec, true, LOCAL).theta());
    GemmaParts.write(spec, config);
  }

  private static Rope rope(DecoderSpec spec, boolean windowed, double usual) {
    return spec.attentionByLayer().stream()
        .filter(a -> a.window().isPresent() == windowed)
        .flatMap(a -> a.rope().stream())
        .findFirst()
        .orElse(Rope.of(usual));
  }

  @Override
  public String example() {
    return """
        {"architectures": ["Gemma3ForCausalLM"], "model_type": "gemma3_text",
         "vocab_size": 40, "hidden_size": 16, "intermediate_size": 24, "num_hidden_layers": 4,
         "num_attention_heads": 4, "max_position_embeddings": 32, "initializer_range": 0.05,
         "bos_token_id": 1, "eos_token_id": 2, "torch_dtype": "float32",
         "num_key_value_heads": 2, "head_dim": 6, "rms_norm_eps": 1e-5, "rope_theta": 20000.0,
         "rope_local_base_freq": 5000.0, "hidden_activation": "gelu_pytorch_tanh",
         "attention_bias": false, "query_pre_attn_scalar": 9, "sliding_window": 4,
         "sliding_window_pattern": 2, "tie_word_embeddings": true}
        """;
  }
}
