package io.github.palimpsest.llm.family;

import io.github.palimpsest.api.PalimpsestException;
import io.github.palimpsest.api.model.AttentionSpec;
import io.github.palimpsest.api.model.ConfigWriter;
import io.github.palimpsest.api.model.DecoderPart;
import io.github.palimpsest.api.model.DecoderSpec;
import io.github.palimpsest.api.model.ModelConfig;
import io.github.palimpsest.api.model.NormPlace;
import io.github.palimpsest.api.model.NormSpec;
import io.github.palimpsest.api.model.ScaleSpec;
import io.github.palimpsest.api.model.TensorNames;
import java.util.List;
import java.util.OptionalInt;

/** What Gemma 2 and 3 share: scaled embedding, norms around each part with gains {@code 1 + w}. */
final class GemmaParts {
  private static final String ACTIVATION = "hidden_activation";
  private static final String SCALAR = "query_pre_attn_scalar";
  private static final String ATTENTION_CAP = "attn_logit_softcapping";
  private static final String LOGIT_CAP = "final_logit_softcapping";
  private static final int USUAL_SIZE = 256;

  private GemmaParts() {}

  static int headSize(ModelConfig config) {
    return config.integer("head_dim", USUAL_SIZE, UsualKeys.MAX_WIDTH);
  }

  /** Scale, cap and biases of the attention of every layer. */
  static AttentionSpec attention(ModelConfig config, AttentionSpec plain) {
    if (config.flag("use_bidirectional_attention", false)) {
      throw config.refusal("use_bidirectional_attention", "attention is causal here");
    }
    boolean biased = config.flag("attention_bias", false);
    AttentionSpec scaled =
        plain.scale(1 / Math.sqrt(config.real(SCALAR, USUAL_SIZE))).biased(biased, biased);
    return config.has(ATTENTION_CAP) ? scaled.cap(config.real(ATTENTION_CAP)) : scaled;
  }

  /**
   * The attention of the layers by their types.
   *
   * @throws PalimpsestException if a layer of the type with a window has none; transformers cannot
   *     run such a model either
   */
  static List<AttentionSpec> byType(
      ModelConfig config, List<String> types, AttentionSpec full, AttentionSpec sliding) {
    if (sliding.window().isEmpty() && types.contains(UsualKeys.SLIDING)) {
      throw config.refusal(
          "sliding_window", "layers of the type '" + UsualKeys.SLIDING + "' need a window");
    }
    return UsualKeys.byType(types, full, sliding);
  }

  static DecoderSpec spec(ModelConfig config, UsualKeys keys, List<AttentionSpec> byLayer) {
    if (!config.has(ACTIVATION)) {
      config.ignore("hidden_act"); // Gemma 2 and 3 read the other key, and have a usual value
    }
    ScaleSpec scales = ScaleSpec.none().embedding(Math.sqrt(keys.width()));
    return keys.decoder(true, OptionalInt.of(2), OptionalInt.of(1))
        .feedForward(keys.gated(ACTIVATION))
        .attention(byLayer)
        .norm(NormSpec.rms(config.real("rms_norm_eps", 1e-6)).gainFromOne(), NormPlace.AROUND)
        .scales(config.has(LOGIT_CAP) ? scales.cap(config.real(LOGIT_CAP)) : scales)
        .names(
            TensorNames.usual()
                .with(
                    DecoderPart.AFTER_ATTENTION_NORM,
                    "model.layers.{layer}.post_attention_layernorm.weight")
                .with(
                    DecoderPart.FEED_FORWARD_NORM,
                    "model.layers.{layer}.pre_feedforward_layernorm.weight"))
        .build();
  }

  static void write(DecoderSpec spec, ConfigWriter config) {
    UsualKeys.withoutPadding(config);
    AttentionSpec attention = spec.attention();
    UsualKeys.sizes(spec, config)
        .put("head_dim", attention.headSize())
        .put("max_position_embeddings", spec.positions())
        .put("rms_norm_eps", spec.norm().epsilon())
        .put(ACTIVATION, UsualKeys.name(spec.feedForward().activation()))
        .put("attention_bias", attention.isBiased())
        .texts("layer_types", UsualKeys.types(spec));
    writeScalar(attention.scale(), config);
    attention
        .cap()
        .ifPresentOrElse(c -> config.put(ATTENTION_CAP, c), () -> config.none(ATTENTION_CAP));
    spec.scales()
        .cap()
        .ifPresentOrElse(c -> config.put(LOGIT_CAP, c), () -> config.none(LOGIT_CAP));
    spec.attentionByLayer().stream()
        .flatMapToInt(a -> a.window().stream())
        .findFirst()
        .ifPresent(w -> config.put("sliding_window", w));
    UsualKeys.common(spec, config);
  }

  /** The scale as the number under a root; transformers takes whole numbers only. */
  private static void writeScalar(double scale, ConfigWriter config) {
    double scalar = 1 / (scale * scale);
    int whole = (int) Math.rint(scalar);
    if (1 / Math.sqrt(whole) == scale) {
      config.put(SCALAR, whole);
    } else {
      config.put(SCALAR, scalar);
    }
  }
}
