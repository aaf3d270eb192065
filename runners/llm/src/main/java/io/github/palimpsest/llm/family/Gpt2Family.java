package io.github.palimpsest.llm.family;

import io.github.palimpsest.api.PalimpsestException;
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
import io.github.palimpsest.api.model.TensorNames;
import java.util.OptionalInt;

/** GPT-2, as {@code GPT2Config} of transformers has it. */
final class Gpt2Family implements DecoderFamily {
  static final ModelFamilyProvider PROVIDER =
      ModelFamilyProvider.of(
              "gpt2",
              "gpt2",
              "GPT-2 and models of its shape: learned positions, layer norms, biases",
              "x += o(softmax(q k' / sqrt(d)) v)(norm x); x += down(gelu(up(norm x)))")
          .traits(
              Traits.of(
                  Onset.FIRST_TASK,
                  Cost.NONE,
                  "Radford et al. 2019, Language models are unsupervised multitask learners"))
          .creates(settings -> new Gpt2Family());

  @Override
  public DecoderSpec read(ModelConfig config) {
    if (!config.flag("scale_attn_weights", true)) {
      throw config.refusal("scale_attn_weights", "scores are divided by the root of the head size");
    }
    if (config.flag("scale_attn_by_inverse_layer_idx", false)) {
      throw config.refusal("scale_attn_by_inverse_layer_idx", "it is not supported");
    }
    if (config.flag("add_cross_attention", false)) {
      throw config.refusal("add_cross_attention", "it is not supported");
    }
    config.ignore("reorder_and_upcast_attn", "summary_activation", "summary_first_dropout");
    config.ignore("summary_proj_to_labels", "summary_type", "summary_use_proj", "n_ctx");
    config.ignore("attn_pdrop", "embd_pdrop", "resid_pdrop"); // of training; recipes have theirs
    int width = config.integer("n_embd", UsualKeys.MAX_WIDTH);
    int heads = config.integer("n_head", UsualKeys.MAX_WIDTH);
    if (width % heads != 0) {
      throw new PalimpsestException(
          "'n_head' %d does not divide 'n_embd' %d".formatted(heads, width));
    }
    int inner = config.has("n_inner") ? config.integer("n_inner", UsualKeys.MAX_WIDTH) : 4 * width;
    DecoderSpec.Builder decoder =
        DecoderSpec.of(
                config.integer("vocab_size", UsualKeys.MAX_WIDTH),
                width,
                config.integer("n_layer", UsualKeys.MAX_LAYERS))
            .positions(config.integer("n_positions", 1024, UsualKeys.MAX_POSITIONS));
    return UsualKeys.common(config, decoder, true, OptionalInt.of(50_256), OptionalInt.of(50_256))
        .learnedPositions(true)
        .kernelsAsUsed(true)
        .feedForward(FeedForwardSpec.plain(inner, activation(config)).biased(true))
        .attention(
            AttentionSpec.without(heads, width / heads)
                .fused(AttentionSpec.Fusion.IN_TURN)
                .biased(true, true))
        .norm(NormSpec.layer(config.real("layer_norm_epsilon", 1e-5)))
        .names(names())
        .build();
  }

  private static Activation activation(ModelConfig config) {
    return config.has("activation_function")
        ? UsualKeys.activation(config, "activation_function")
        : Activation.GELU_TANH;
  }

  private static TensorNames names() {
    String layer = "transformer.h.{layer}.";
    return TensorNames.usual()
        .with(DecoderPart.EMBEDDING, "transformer.wte.weight")
        .with(DecoderPart.POSITION, "transformer.wpe.weight")
        .with(DecoderPart.ATTENTION_NORM, layer + "ln_1.weight")
        .with(DecoderPart.ATTENTION_NORM_SHIFT, layer + "ln_1.bias")
        .with(DecoderPart.QUERY_KEY_VALUE, layer + "attn.c_attn.weight")
        .with(DecoderPart.QUERY_KEY_VALUE_BIAS, layer + "attn.c_attn.bias")
        .with(DecoderPart.ATTENTION_OUTPUT, layer + "attn.c_proj.weight")
        .with(DecoderPart.ATTENTION_OUTPUT_BIAS, layer + "attn.c_proj.bias")
        .with(DecoderPart.FEED_FORWARD_NORM, layer + "ln_2.weight")
        .with(DecoderPart.FEED_FORWARD_NORM_SHIFT, layer + "ln_2.bias")
        .with(DecoderPart.UP, layer + "mlp.c_fc.weight")
        .with(DecoderPart.UP_BIAS, layer + "mlp.c_fc.bias")
        .with(DecoderPart.DOWN, layer + "mlp.c_proj.weight")
        .with(DecoderPart.DOWN_BIAS, layer + "mlp.c_proj.bias")
        .with(DecoderPart.FINAL_NORM, "transformer.ln_f.weight")
        .with(DecoderPart.FINAL_NORM_SHIFT, "transformer.ln_f.bias")
        .computed(layer + "attn.bias", layer + "attn.masked_bias");
  }

  @Override
  public void write(DecoderSpec spec, ConfigWriter config) {
    config
        .architecture("GPT2LMHeadModel")
        .put("vocab_size", spec.vocabulary())
        .put("n_embd", spec.width())
        .put("n_inner", spec.feedForward().width())
        .put("n_layer", spec.layers())
        .put("n_head", spec.attention().heads())
        .put("n_positions", spec.positions())
        .put("layer_norm_epsilon", spec.norm().epsilon())
        .put("activation_function", UsualKeys.name(spec.feedForward().activation()))
        .put("scale_attn_weights", true);
    UsualKeys.common(spec, config);
  }

  @Override
  public String example() {
    return """
        {"architectures": ["GPT2LMHeadModel"], "model_type": "gpt2", "vocab_size": 40,
         "n_embd": 16, "n_layer": 2, "n_head": 4, "n_positions": 32, "n_inner": 24,
         "activation_function": "gelu_new", "layer_norm_epsilon": 1e-5,
         "scale_attn_weights": true, "scale_attn_by_inverse_layer_idx": false,
         "add_cross_attention": false, "initializer_range": 0.05, "tie_word_embeddings": true,
         "bos_token_id": 1, "eos_token_id": 2, "torch_dtype": "float32"}
        """;
  }
}
