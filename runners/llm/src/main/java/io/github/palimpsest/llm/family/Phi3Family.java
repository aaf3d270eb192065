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
import io.github.palimpsest.api.model.NormSpec;
import io.github.palimpsest.api.model.Rope;
import java.util.OptionalInt;

/** Phi-3 and Phi-4-mini, as {@code Phi3Config} of transformers has it: fused kernels. */
final class Phi3Family implements DecoderFamily {
  static final ModelFamilyProvider PROVIDER =
      ModelFamilyProvider.of(
              "phi3",
              "phi3",
              "Phi-3 and Phi-4-mini: queries, keys and values in one kernel, gate and up in one",
              "x += o(softmax(q k' / sqrt(d)) v)(norm x); x += down(silu(gate(norm x)) up(norm x))")
          .traits(
              Traits.of(
                  Onset.FIRST_TASK,
                  Cost.NONE,
                  "Abdin et al. 2024, Phi-3 technical report (arXiv:2404.14219)"))
          .creates(settings -> new Phi3Family());

  @Override
  public DecoderSpec read(ModelConfig config) {
    UsualKeys keys = new UsualKeys(config);
    Rope rope = config.partialRope(Rope.of(10_000));
    config.ignore("original_max_position_embeddings");
    AttentionSpec attention =
        keys.attention(keys.headSize(), rope).fused(AttentionSpec.Fusion.IN_TURN);
    return keys.decoder(false, OptionalInt.of(1), OptionalInt.of(32_000))
        .feedForward(keys.gated("hidden_act").fused())
        .attention(UsualKeys.windowed(attention, keys.window(OptionalInt.empty())))
        .norm(NormSpec.rms(config.real("rms_norm_eps", 1e-5)))
        .build();
  }

  @Override
  public void write(DecoderSpec spec, ConfigWriter config) {
    config.architecture("Phi3ForCausalLM");
    UsualKeys.withoutPadding(config);
    UsualKeys.sizes(spec, config);
    UsualKeys.layers(spec, config);
    UsualKeys.writeWindow(spec, config);
    UsualKeys.common(spec, config);
  }

  @Override
  public String example() {
    return """
        {"architectures": ["Phi3ForCausalLM"], "model_type": "phi3",
         "vocab_size": 40, "hidden_size": 16, "intermediate_size": 24, "num_hidden_layers": 4,
         "num_attention_heads": 4, "max_position_embeddings": 32, "initializer_range": 0.05,
         "bos_token_id": 1, "eos_token_id": 2, "torch_dtype": "float32",
         "num_key_value_heads": 2, "rms_norm_eps": 1e-5, "rope_theta": 20000.0,
         "partial_rotary_factor": 0.5, "hidden_act": "silu", "sliding_window": 4,
         "tie_word_embeddings": false}
        """;
  }
}
