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
import java.util.List;
import java.util.OptionalInt;

/** Gemma 2, as {@code Gemma2Config} of transformers has it. */
final class Gemma2Family implements DecoderFamily {
  static final ModelFamilyProvider PROVIDER =
      ModelFamilyProvider.of(
              "gemma2",
              "gemma2",
              "Gemma 2: norms around each part, soft caps, windows in every other layer",
              "x += norm o(softmax(cap(q k' s)) v)(norm x); x += norm down(gelu(gate(norm x)) up(norm x))")
          .traits(
              Traits.of(Onset.FIRST_TASK, Cost.NONE, "Gemma Team 2024, Gemma 2 (arXiv:2408.00118)"))
          .creates(settings -> new Gemma2Family());

  private static final int USUAL_WINDOW = 4096;

  @Override
  public DecoderSpec read(ModelConfig config) {
    UsualKeys keys = new UsualKeys(config);
    AttentionSpec full =
        GemmaParts.attention(config, keys.attention(GemmaParts.headSize(config), config.rope()));
    List<String> types = keys.types(layer -> layer % 2 == 0 ? UsualKeys.SLIDING : UsualKeys.FULL);
    AttentionSpec sliding = UsualKeys.windowed(full, keys.window(OptionalInt.of(USUAL_WINDOW)));
    return GemmaParts.spec(config, keys, GemmaParts.byType(config, types, full, sliding));
  }

  @Override
  public void write(DecoderSpec spec, ConfigWriter config) {
    config.architecture("Gemma2ForCausalLM").rope(spec.attention().rope().orElseThrow());
    GemmaParts.write(spec, config);
  }

  @Override
  public String example() {
    return """
        {"architectures": ["Gemma2ForCausalLM"], "model_type": "gemma2",
         "vocab_size": 40, "hidden_size": 16, "intermediate_size": 24, "num_hidden_layers": 4,
         "num_attention_heads": 4, "max_position_embeddings": 32, "initializer_range": 0.05,
         "bos_token_id": 1, "eos_token_id": 2, "torch_dtype": "float32",
         "num_key_value_heads": 2, "head_dim": 6, "rms_norm_eps": 1e-5, "rope_theta": 20000.0,
         "hidden_activation": "gelu_pytorch_tanh", "attention_bias": false,
         "query_pre_attn_scalar": 9, "sliding_window": 4, "attn_logit_softcapping": 20.0,
         "final_logit_softcapping": 15.0, "tie_word_embeddings": true}
        """;
  }
}
