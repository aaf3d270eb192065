package io.github.palimpsest.llm.family;

import io.github.palimpsest.api.component.Cost;
import io.github.palimpsest.api.component.Onset;
import io.github.palimpsest.api.component.Traits;
import io.github.palimpsest.api.model.AttentionSpec;
import io.github.palimpsest.api.model.ConfigWriter;
import io.github.palimpsest.api.model.DecoderFamily;
import io.github.palimpsest.api.model.DecoderPart;
import io.github.palimpsest.api.model.DecoderSpec;
import io.github.palimpsest.api.model.ModelConfig;
import io.github.palimpsest.api.model.ModelFamilyProvider;
import io.github.palimpsest.api.model.NormPlace;
import io.github.palimpsest.api.model.NormSpec;
import io.github.palimpsest.api.model.TensorNames;
import java.util.OptionalInt;

/**
 * OLMo 2, as {@code Olmo2Config} of transformers has it: norms stand after the parts of a layer.
 */
final class Olmo2Family implements DecoderFamily {
  static final ModelFamilyProvider PROVIDER =
      ModelFamilyProvider.of(
              "olmo2",
              "olmo2",
              "OLMo 2: norms after attention and feed-forward, and of queries and keys",
              "x += norm o(softmax(norm(q) norm(k)' / sqrt(d)) v)(x); x += norm down(silu(gate x) up x)")
          .traits(
              Traits.of(
                  Onset.FIRST_TASK,
                  Cost.NONE,
                  "OLMo Team 2024, 2 OLMo 2 furious (arXiv:2501.00656)"))
          .creates(settings -> new Olmo2Family());

  @Override
  public DecoderSpec read(ModelConfig config) {
    UsualKeys keys = new UsualKeys(config);
    boolean biased = config.flag("attention_bias", false);
    return keys.decoder(false, OptionalInt.empty(), OptionalInt.of(50_279))
        .feedForward(keys.gated("hidden_act"))
        .attention(
            keys.attention(keys.headSize(), config.rope())
                .biased(biased, biased)
                .normed(AttentionSpec.Normed.ROWS))
        .norm(NormSpec.rms(config.real("rms_norm_eps", 1e-5)), NormPlace.AFTER)
        .names(
            TensorNames.usual()
                .with(
                    DecoderPart.AFTER_ATTENTION_NORM,
                    "model.layers.{layer}.post_attention_layernorm.weight"))
        .build();
  }

  @Override
  public void write(DecoderSpec spec, ConfigWriter config) {
    config.architecture("Olmo2ForCausalLM");
    UsualKeys.withoutPadding(config);
    UsualKeys.sizes(spec, config);
    UsualKeys.layers(spec, config).put("attention_bias", spec.attention().isBiased());
    UsualKeys.common(spec, config);
  }

  @Override
  public String example() {
    return """
        {"architectures": ["Olmo2ForCausalLM"], "model_type": "olmo2",
         "vocab_size": 40, "hidden_size": 16, "intermediate_size": 24, "num_hidden_layers": 4,
         "num_attention_heads": 4, "max_position_embeddings": 32, "initializer_range": 0.05,
         "bos_token_id": 1, "eos_token_id": 2, "torch_dtype": "float32",
         "num_key_value_heads": 2, "rms_norm_eps": 1e-5, "rope_theta": 20000.0, "hidden_act": "silu",
         "attention_bias": false, "tie_word_embeddings": false}
        """;
  }
}
