package com.acme.granite;

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
import io.github.palimpsest.api.model.ScaleSpec;

/**
 * Granite, as {@code GraniteConfig} of transformers has it: Llama with constants for the embedding,
 * the scores, what a block adds, and the logits.
 */
final class Granite implements DecoderFamily {
  static final ModelFamilyProvider PROVIDER =
      ModelFamilyProvider.of(
              "acme.granite",
              "granite",
              "Granite 3: Llama with four constants that multiply values",
              "x += r o(softmax(a q k') v)(norm x); x += r down(silu(gate(norm x)) up(norm x))")
          .traits(Traits.of(Onset.FIRST_TASK, Cost.NONE, "Granite Team 2024, Granite 3.0 language models"))
          .creates(settings -> new Granite());

  private static final int MOST = 1 << 24;

  @Override
  public DecoderSpec read(ModelConfig config) {
    int width = config.integer("hidden_size", MOST);
    int heads = config.integer("num_attention_heads", MOST);
    if (!config.has("head_dim") && width % heads != 0) {
      throw new PalimpsestException(
          "'num_attention_heads' %d does not divide 'hidden_size' %d".formatted(heads, width));
    }
    boolean biased = config.flag("attention_bias", false);
    if (!config.text("hidden_act", "silu").equals("silu")) {
      throw config.refusal("hidden_act", "'silu' is supported");
    }
    DecoderSpec.Builder decoder =
        DecoderSpec.of(
                config.integer("vocab_size", MOST), width, config.integer("num_hidden_layers", MOST))
            .positions(config.integer("max_position_embeddings", 2048, 1 << 30))
            .attention(
                AttentionSpec.rotary(
                        heads, config.integer("head_dim", width / heads, MOST), config.rope())
                    .keyValueHeads(config.integer("num_key_value_heads", heads, MOST))
                    .scale(config.real("attention_multiplier", 1))
                    .biased(biased, biased))
            .feedForward(
                FeedForwardSpec.gated(config.integer("intermediate_size", MOST), Activation.SILU)
                    .biased(config.flag("mlp_bias", false)))
            .norm(NormSpec.rms(config.real("rms_norm_eps", 1e-6)))
            .scales(
                ScaleSpec.none()
                    .embedding(config.real("embedding_multiplier", 1))
                    .residual(config.real("residual_multiplier", 1))
                    .logits(1 / config.real("logits_scaling", 1)))
            .tiedHead(config.flag("tie_word_embeddings", false))
            .initialDeviation(config.real("initializer_range", 0.02));
    if (config.has("bos_token_id")) {
      decoder.bos(config.token("bos_token_id", 0));
    }
    if (config.has("eos_token_id")) {
      decoder.eos(config.token("eos_token_id", 0));
    }
    return decoder.build();
  }

  @Override
  public void write(DecoderSpec spec, ConfigWriter config) {
    AttentionSpec attention = spec.attention();
    config
        .architecture("GraniteForCausalLM")
        .put("vocab_size", spec.vocabulary())
        .put("hidden_size", spec.width())
        .put("intermediate_size", spec.feedForward().width())
        .put("num_hidden_layers", spec.layers())
        .put("num_attention_heads", attention.heads())
        .put("num_key_value_heads", attention.keyValueHeads())
        .put("head_dim", attention.headSize())
        .put("max_position_embeddings", spec.positions())
        .put("rms_norm_eps", spec.norm().epsilon())
        .rope(attention.rope().orElseThrow())
        .put("hidden_act", "silu")
        .put("attention_bias", attention.isBiased())
        .put("mlp_bias", spec.feedForward().isBiased())
        .put("attention_multiplier", attention.scale())
        .put("embedding_multiplier", spec.scales().embedding())
        .put("residual_multiplier", spec.scales().residual())
        .put("logits_scaling", 1 / spec.scales().logits())
        .put("tie_word_embeddings", spec.tiedHead())
        .put("initializer_range", spec.initialDeviation());
    spec.bos().ifPresent(id -> config.put("bos_token_id", id));
    spec.eos().ifPresent(id -> config.put("eos_token_id", id));
  }

  @Override
  public String example() {
    return """
        {"architectures": ["GraniteForCausalLM"], "model_type": "granite",
         "vocab_size": 40, "hidden_size": 16, "intermediate_size": 24, "num_hidden_layers": 2,
         "num_attention_heads": 4, "num_key_value_heads": 2, "head_dim": 6,
         "max_position_embeddings": 32, "rms_norm_eps": 1e-5, "rope_theta": 20000.0,
         "hidden_act": "silu", "attention_bias": false, "mlp_bias": false,
         "attention_multiplier": 0.25, "embedding_multiplier": 4.0, "residual_multiplier": 0.5,
         "logits_scaling": 2.0, "tie_word_embeddings": true, "initializer_range": 0.05,
         "bos_token_id": 1, "eos_token_id": 2, "torch_dtype": "float32"}
        """;
  }
}
