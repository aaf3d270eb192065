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
import java.util.OptionalInt;

/** Mistral, as {@code MistralConfig} of transformers has it. */
final class MistralFamily implements DecoderFamily {
  static final ModelFamilyProvider PROVIDER =
      ModelFamilyProvider.of(
              "mistral",
              "mistral",
              "Mistral 7B and models of its shape",
              "x += o(softmax(q k' / sqrt(d) in a window) v)(norm x); x += down(silu(gate(norm x)) up(norm x))")
          .traits(
              Traits.of(
                  Onset.FIRST_TASK, Cost.NONE, "Jiang et al. 2023, Mistral 7B (arXiv:2310.06825)"))
          .creates(settings -> new MistralFamily());

  private static final int USUAL_WINDOW = 4096;

  @Override
  public DecoderSpec read(ModelConfig config) {
    UsualKeys keys = new UsualKeys(config);
    AttentionSpec attention = keys.attention(keys.givenHeadSize(), config.rope());
    OptionalInt window = keys.window(OptionalInt.of(USUAL_WINDOW));
    return keys.decoder(false, OptionalInt.of(1), OptionalInt.of(2))
        .feedForward(keys.gated("hidden_act"))
        .attention(UsualKeys.windowed(attention, window))
        .norm(NormSpec.rms(config.real("rms_norm_eps", 1e-6)))
        .build();
  }

  @Override
  public void write(DecoderSpec spec, ConfigWriter config) {
    config.architecture("MistralForCausalLM");
    UsualKeys.sizes(spec, config).put("head_dim", spec.attention().headSize());
    UsualKeys.layers(spec, config);
    UsualKeys.writeWindow(spec, config);
    UsualKeys.common(spec, config);
  }

  @Override
  public String example() {
    return """
        {"architectures": ["MistralForCausalLM"], "model_type": "mistral",
         "vocab_size": 40, "hidden_size": 16, "intermediate_size": 24, "num_hidden_layers": 4,
         "num_attention_heads": 4, "max_position_embeddings": 32, "initializer_range": 0.05,
         "bos_token_id": 1, "eos_token_id": 2, "torch_dtype": "float32",
         "num_key_value_heads": 2, "head_dim": 6, "rms_norm_eps": 1e-5, "rope_theta": 20000.0,
         "hidden_act": "silu", "sliding_window": 4, "tie_word_embeddings": false}
        """;
  }
}
