package io.github.palimpsest.llm.family;

import io.github.palimpsest.api.PalimpsestException;
import io.github.palimpsest.api.component.Cost;
import io.github.palimpsest.api.component.Onset;
import io.github.palimpsest.api.component.Traits;
import io.github.palimpsest.api.model.Activation;
import io.github.palimpsest.api.model.AttentionSpec;
import io.github.palimpsest.api.model.ConfigWriter;
import io.github.palimpsest.api.model.DecoderFamily;
import io.github.palimpsest.api.model.DecoderSpec;
import io.github.palimpsest.api.model.FeedForwardSpec;
import io.github.palimpsest.api.model.ModelConfig;
import io.github.palimpsest.api.model.ModelFamilyProvider;
import io.github.palimpsest.api.model.NormSpec;

/** Llama, as {@code LlamaConfig} of transformers has it, without biases. */
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

  private static final int MAX_WIDTH = 1 << 24;
  private static final int MAX_LAYERS = 10_000;
  private static final int MAX_POSITIONS = 1 << 30;

  @Override
  public DecoderSpec read(ModelConfig config) {
    for (String bias : new String[] {"attention_bias", "mlp_bias"}) {
      if (config.flag(bias, false)) {
        throw config.refusal(bias, "biases are not supported");
      }
    }
    String activation = config.text("hidden_act", "silu");
    if (!activation.equals("silu") && !activation.equals("swish")) {
      throw config.refusal("hidden_act", "only 'silu' is supported");
    }
    config.ignore("is_llama_config", "pretraining_tp");
    int width = config.integer("hidden_size", MAX_WIDTH);
    int heads = config.integer("num_attention_heads", MAX_WIDTH);
    if (!config.has("head_dim") && width % heads != 0) {
      throw new PalimpsestException(
          "'num_attention_heads' %d does not divide 'hidden_size' %d".formatted(heads, width));
    }
    return DecoderSpec.of(
            config.integer("vocab_size", MAX_WIDTH),
            width,
            config.integer("num_hidden_layers", MAX_LAYERS))
        .feedForward(
            FeedForwardSpec.gated(config.integer("intermediate_size", MAX_WIDTH), Activation.SILU))
        .attention(
            AttentionSpec.rotary(
                    heads, config.integer("head_dim", width / heads, MAX_WIDTH), config.rope())
                .keyValueHeads(config.integer("num_key_value_heads", heads, MAX_WIDTH)))
        .positions(config.integer("max_position_embeddings", 2048, MAX_POSITIONS))
        .norm(NormSpec.rms(config.real("rms_norm_eps", 1e-6)))
        .tiedHead(config.flag("tie_word_embeddings", false))
        .initialDeviation(config.real("initializer_range", 0.02))
        .bos(config.token("bos_token_id", 1))
        .eos(config.token("eos_token_id", 2))
        .build();
  }

  @Override
  public void write(DecoderSpec spec, ConfigWriter config) {
    config
        .architecture("LlamaForCausalLM")
        .put("vocab_size", spec.vocabulary())
        .put("hidden_size", spec.width())
        .put("intermediate_size", spec.feedForward().width())
        .put("num_hidden_layers", spec.layers())
        .put("num_attention_heads", spec.attention().heads())
        .put("num_key_value_heads", spec.attention().keyValueHeads())
        .put("head_dim", spec.attention().headSize())
        .put("max_position_embeddings", spec.positions())
        .put("rms_norm_eps", spec.norm().epsilon())
        .rope(spec.attention().rope())
        .put("hidden_act", "silu")
        .put("attention_bias", false)
        .put("mlp_bias", false)
        .put("tie_word_embeddings", spec.tiedHead())
        .put("initializer_range", spec.initialDeviation());
    spec.bos().ifPresent(id -> config.put("bos_token_id", id));
    spec.eos().ifPresent(id -> config.put("eos_token_id", id));
  }

  @Override
  public String example() {
    return """
        {"architectures": ["LlamaForCausalLM"], "model_type": "llama", "vocab_size": 40,
         "hidden_size": 16, "intermediate_size": 24, "num_hidden_layers": 2,
         "num_attention_heads": 4, "num_key_value_heads": 2, "head_dim": 6,
         "max_position_embeddings": 32, "rms_norm_eps": 1e-5, "rope_theta": 20000.0,
         "rope_scaling": {"rope_type": "linear", "factor": 2.0},
         "hidden_act": "silu", "attention_bias": false, "mlp_bias": false,
         "tie_word_embeddings": false, "initializer_range": 0.05,
         "bos_token_id": 1, "eos_token_id": 2, "torch_dtype": "float32"}
        """;
  }
}
