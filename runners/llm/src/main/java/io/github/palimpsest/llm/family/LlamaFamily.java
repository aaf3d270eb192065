package io.github.palimpsest.llm.family;

import io.github.palimpsest.api.component.Cost;
import io.github.palimpsest.api.component.Onset;
import io.github.palimpsest.api.component.Traits;
import io.github.palimpsest.api.model.ConfigWriter;
import io.github.palimpsest.api.model.DecoderFamily;
import io.github.palimpsest.api.model.DecoderSpec;
import io.github.palimpsest.api.model.ModelConfig;
import io.github.palimpsest.api.model.ModelFamilyProvider;
import io.github.palimpsest.api.model.NormSpec;
import java.util.OptionalInt;

/** Llama, as {@code LlamaConfig} of transformers has it. */
final class LlamaFamily implements DecoderFamily {
  static final ModelFamilyProvider PROVIDER =
      ModelFamilyProvider.of(
              "llama",
              "llama",
              "Llama 1 to 3 and models of their shape, such as SmolLM2 and TinyLlama",
              "x += o(softmax(q k' / sqrt(d)) v)(norm x); x += down(silu(gate(norm x)) up(norm x))")
          .traits(
              Traits.of(
                  Onset.FIRST_TASK,
                  Cost.NONE,
                  "Touvron et al. 2023, LLaMA: open and efficient foundation language models"
                      + " (arXiv:2302.13971)"))
          .creates(settings -> new LlamaFamily());

  @Override
  public DecoderSpec read(ModelConfig config) {
    UsualKeys keys = new UsualKeys(config);
    boolean biased = config.flag("attention_bias", false);
    config.ignore("is_llama_config", "pretraining_tp");
    return keys.decoder(false, OptionalInt.of(1), OptionalInt.of(2))
        .feedForward(keys.gated("hidden_act").biased(config.flag("mlp_bias", false)))
        .attention(keys.attention(keys.givenHeadSize(), config.rope()).biased(biased, biased))
        .norm(NormSpec.rms(config.real("rms_norm_eps", 1e-6)))
        .build();
  }

  @Override
  public void write(DecoderSpec spec, ConfigWriter config) {
    config.architecture("LlamaForCausalLM");
    UsualKeys.sizes(spec, config).put("head_dim", spec.attention().headSize());
    UsualKeys.layers(spec, config)
        .put("attention_bias", spec.attention().isBiased())
        .put("mlp_bias", spec.feedForward().isBiased());
    UsualKeys.common(spec, config);
  }

  @Override
  public String example() {
    return """
        {"architectures": ["LlamaForCausalLM"], "model_type": "llama",
         "vocab_size": 40, "hidden_size": 16, "intermediate_size": 24, "num_hidden_layers": 4,
         "num_attention_heads": 4, "max_position_embeddings": 32, "initializer_range": 0.05,
         "bos_token_id": 1, "eos_token_id": 2, "torch_dtype": "float32",
         "num_key_value_heads": 2, "head_dim": 6, "rms_norm_eps": 1e-5, "rope_theta": 20000.0,
         "rope_scaling": {"rope_type": "linear", "factor": 2.0}, "hidden_act": "silu",
         "attention_bias": false, "mlp_bias": false, "tie_word_embeddings": false}
        """;
  }
}
