package io.github.palimpsest.llm.family;

import io.github.palimpsest.api.component.Cost;
import io.github.palimpsest.api.component.Onset;
import io.github.palimpsest.api.component.Traits;
import io.github.palimpsest.api.model.Activation;
import io.github.palimpsest.api.model.AttentionSpec;
import io.github.palimpsest.api.model.ConfigWriter;
import io.github.palimpsest.api.model.DecoderFamily;
import io.github.palimpsest.api.model.DecoderPart;
import io.github.palimpsest.api.model.DecoderSpec;
import io.github.palimpsest.api.model.FeedForwardSpec;
import io.github.palimpsest.api.model.ModelConfig;
import io.github.palimpsest.api.model.ModelFamilyProvider;
import io.github.palimpsest.api.model.NormSpec;
import io.github.palimpsest.api.model.Rope;
import io.github.palimpsest.api.model.TensorNames;
import java.util.OptionalInt;

/** GPT-NeoX and Pythia, as {@code GPTNeoXConfig} of transformers has it: both parts at once. */
final class GptNeoxFamily implements DecoderFamily {
  static final ModelFamilyProvider PROVIDER =
      ModelFamilyProvider.of(
              "gpt-neox",
              "gpt_neox",
              "GPT-NeoX and Pythia: attention and feed-forward at once, partial rotation",
              "x += o(softmax(q k' / sqrt(d)) v)(norm x) + down(gelu(up(norm x)))")
          .traits(
              Traits.of(
                  Onset.FIRST_TASK,
                  Cost.NONE,
                  "Black et al. 2022, GPT-NeoX-20B (arXiv:2204.06745)"))
          .creates(settings -> new GptNeoxFamily());

  private static final double USUAL_SHARE = 0.25;

  @Override
  public DecoderSpec read(ModelConfig config) {
    UsualKeys keys = new UsualKeys(config);
    double base = config.real("rotary_emb_base", 10_000);
    double share = config.real("rotary_pct", USUAL_SHARE);
    boolean biased = config.flag("attention_bias", true);
    config.ignore("classifier_dropout");
    return keys.decoder(false, OptionalInt.of(0), OptionalInt.of(2))
        .parallel(config.flag("use_parallel_residual", true))
        .feedForward(
            FeedForwardSpec.plain(
                    config.integer("intermediate_size", UsualKeys.MAX_WIDTH),
                    config.has("hidden_act")
                        ? UsualKeys.activation(config, "hidden_act")
                        : Activation.GELU)
                .biased(true))
        .attention(
            keys.attention(keys.headSize(), config.partialRope(Rope.of(base).partial(share)))
                .fused(AttentionSpec.Fusion.BY_HEAD)
                .biased(biased, biased))
        .norm(NormSpec.layer(config.real("layer_norm_eps", 1e-5)))
        .names(names())
        .build();
  }

  private static TensorNames names() {
    String layer = "gpt_neox.layers.{layer}.";
    return TensorNames.usual()
        .with(DecoderPart.EMBEDDING, "gpt_neox.embed_in.weight")
        .with(DecoderPart.ATTENTION_NORM, layer + "input_layernorm.weight")
        .with(DecoderPart.ATTENTION_NORM_SHIFT, layer + "input_layernorm.bias")
        .with(DecoderPart.QUERY_KEY_VALUE, layer + "attention.query_key_value.weight")
        .with(DecoderPart.QUERY_KEY_VALUE_BIAS, layer + "attention.query_key_value.bias")
        .with(DecoderPart.ATTENTION_OUTPUT, layer + "attention.dense.weight")
        .with(DecoderPart.ATTENTION_OUTPUT_BIAS, layer + "attention.dense.bias")
        .with(DecoderPart.FEED_FORWARD_NORM, layer + "post_attention_layernorm.weight")
        .with(DecoderPart.FEED_FORWARD_NORM_SHIFT, layer + "post_attention_layernorm.bias")
        .with(DecoderPart.UP, layer + "mlp.dense_h_to_4h.weight")
        .with(DecoderPart.UP_BIAS, layer + "mlp.dense_h_to_4h.bias")
        .with(DecoderPart.DOWN, layer + "mlp.dense_4h_to_h.weight")
        .with(DecoderPart.DOWN_BIAS, layer + "mlp.dense_4h_to_h.bias")
        .with(DecoderPart.FINAL_NORM, "gpt_neox.final_layer_norm.weight")
        .with(DecoderPart.FINAL_NORM_SHIFT, "gpt_neox.final_layer_norm.bias")
        .with(DecoderPart.HEAD, "embed_out.weight")
        .computed(layer + "attention.bias", layer + "attention.masked_bias");
  }

  @Override
  public void write(DecoderSpec spec, ConfigWriter config) {
    Rope rope = spec.attention().rope().orElseThrow();
    config
        .architecture("GPTNeoXForCausalLM")
        .put("vocab_size", spec.vocabulary())
        .put("hidden_size", spec.width())
        .put("intermediate_size", spec.feedForward().width())
        .put("num_hidden_layers", spec.layers())
        .put("num_attention_heads", spec.attention().heads())
        .put("max_position_embeddings", spec.positions())
        .put("layer_norm_eps", spec.norm().epsilon())
        .put("rotary_pct", rope.share())
        .put("rotary_emb_base", rope.theta())
        .rope(rope)
        .put("hidden_act", UsualKeys.name(spec.feedForward().activation()))
        .put("attention_bias", spec.attention().isBiased())
        .put("use_parallel_residual", spec.isParallel());
    UsualKeys.common(spec, config);
  }

  @Override
  public String example() {
    return """
        {"architectures": ["GPTNeoXForCausalLM"], "model_type": "gpt_neox", "vocab_size": 40,
         "hidden_size": 16, "intermediate_size": 24, "num_hidden_layers": 2,
         "num_attention_heads": 2, "max_position_embeddings": 32, "layer_norm_eps": 1e-5,
         "rotary_pct": 0.5, "rotary_emb_base": 20000, "hidden_act": "gelu",
         "attention_bias": true, "use_parallel_residual": true, "initializer_range": 0.05,
         "tie_word_embeddings": false, "bos_token_id": 1, "eos_token_id": 2,
         "torch_dtype": "float32"}
        """;
  }
}
