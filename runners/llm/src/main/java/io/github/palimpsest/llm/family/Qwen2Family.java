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
import java.util.List;
import java.util.OptionalInt;

/** Qwen2, as {@code Qwen2Config} of transformers has it. */
final class Qwen2Family implements DecoderFamily {
  static final ModelFamilyProvider PROVIDER =
      ModelFamilyProvider.of(
              "qwen2",
              "qwen2",
              "Qwen 2 and 2.5: biases of queries, keys and values",
              "x += o(softmax(q k' / sqrt(d)) v)(norm x); x += down(silu(gate(norm x)) up(norm x))")
          .traits(
              Traits.of(
                  Onset.FIRST_TASK,
                  Cost.NONE,
                  "Yang et al. 2024, Qwen2 technical report (arXiv:2407.10671)"))
          .creates(settings -> new Qwen2Family());

  @Override
  public DecoderSpec read(ModelConfig config) {
    UsualKeys keys = new UsualKeys(config);
    AttentionSpec attention = keys.attention(keys.headSize(), config.rope()).biased(true, false);
    List<AttentionSpec> byLayer = SwitchedWindows.last(config, keys, attention);
    return keys.decoder(false, OptionalInt.empty(), OptionalInt.empty())
        .feedForward(keys.gated("hidden_act"))
        .attention(byLayer)
        .norm(NormSpec.rms(config.real("rms_norm_eps", 1e-6)))
        .build();
  }

  @Override
  public void write(DecoderSpec spec, ConfigWriter config) {
    config.architecture("Qwen2ForCausalLM");
    UsualKeys.sizes(spec, config);
    UsualKeys.layers(spec, config);
    SwitchedWindows.write(spec, config);
    UsualKeys.common(spec, config);
  }

  @Override
  public String example() {
    return """
        {"architectures": ["Qwen2ForCausalLM"], "model_type": "qwen2",
         "vocab_size": 40, "hidden_size": 16, "intermediate_size": 24, "num_hidden_layers": 4,
         "num_attention_heads": 4, "max_position_embeddings": 32, "initializer_range": 0.05,
         "bos_token_id": 1, "eos_token_id": 2, "torch_dtype": "float32",
         "num_key_value_heads": 2, "rms_norm_eps": 1e-5, "rope_theta": 20000.0, "hidden_act": "silu",
         "use_sliding_window": true, "sliding_window": 4, "max_window_layers": 2,
         "tie_word_embeddings": true}
        """;
  }
}
