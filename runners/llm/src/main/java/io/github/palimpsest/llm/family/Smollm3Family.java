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
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.stream.IntStream;

/** SmolLM3, as {@code SmolLM3Config} of transformers has it: some layers have no rotation. */
final class Smollm3Family implements DecoderFamily {
  static final ModelFamilyProvider PROVIDER =
      ModelFamilyProvider.of(
              "smollm3",
              "smollm3",
              "SmolLM3: every fourth layer has no rotation",
              "x += o(softmax(q k' / sqrt(d)) v)(norm x); x += down(silu(gate(norm x)) up(norm x))")
          .traits(
              Traits.of(
                  Onset.FIRST_TASK,
                  Cost.NONE,
                  "Yang et al. 2025, Rope to Nope and back again (arXiv:2501.18795)"))
          .creates(settings -> new Smollm3Family());

  private static final String ROTATED = "no_rope_layers";
  private static final String INTERVAL = "no_rope_layer_interval";
  private static final double USUAL_BASE = 2_000_000;

  @Override
  public DecoderSpec read(ModelConfig config) {
    UsualKeys keys = new UsualKeys(config);
    boolean biased = config.flag("attention_bias", false);
    AttentionSpec rotated =
        keys.attention(keys.headSize(), config.rope(Rope.of(USUAL_BASE))).biased(biased, biased);
    List<Integer> rotates = rotates(config, keys.layers());
    OptionalInt window = SwitchedWindows.window(config, keys, OptionalInt.empty());
    List<String> types =
        SwitchedWindows.types(
            config,
            keys,
            window,
            layer ->
                window.isPresent() && rotates.get(layer) == 0 ? UsualKeys.SLIDING : UsualKeys.FULL);
    List<AttentionSpec> byLayer = new ArrayList<>();
    for (int layer = 0; layer < keys.layers(); layer++) {
      AttentionSpec own = rotates.get(layer) == 0 ? rotated.withoutRope() : rotated;
      byLayer.add(types.get(layer).equals(UsualKeys.SLIDING) ? own.window(window.getAsInt()) : own);
    }
    return keys.decoder(true, OptionalInt.of(128_000), OptionalInt.of(128_001))
        .feedForward(keys.gated("hidden_act").biased(config.flag("mlp_bias", false)))
        .attention(byLayer)
        .norm(NormSpec.rms(config.real("rms_norm_eps", 1e-6)))
        .build();
  }

  /** 1 for a layer that rotates, 0 for one that does not. */
  private static List<Integer> rotates(ModelConfig config, int layers) {
    if (config.has(ROTATED)) {
      config.ignore(INTERVAL);
      List<Integer> rotates = config.integers(ROTATED);
      if (rotates.size() != layers || !List.of(0, 1).containsAll(rotates)) {
        throw config.refusal(ROTATED, "it must list %d times 0 or 1".formatted(layers));
      }
      return rotates;
    }
    int interval = config.integer(INTERVAL, 4, UsualKeys.MAX_LAYERS);
    return IntStream.range(0, layers).mapToObj(l -> (l + 1) % interval == 0 ? 0 : 1).toList();
  }

  @Override
  public void write(DecoderSpec spec, ConfigWriter config) {
    config.architecture("SmolLM3ForCausalLM");
    UsualKeys.withoutPadding(config);
    Rope rope =
        spec.attentionByLayer().stream()
            .flatMap(a -> a.rope().stream())
            .findFirst()
            .orElse(Rope.of(USUAL_BASE));
    UsualKeys.sizes(spec, config);
    UsualKeys.layers(spec, rope, config)
        .integers(
            ROTATED,
            spec.attentionByLayer().stream().map(a -> a.rope().isPresent() ? 1 : 0).toList())
        .put("attention_bias", spec.attention().isBiased())
        .put("mlp_bias", spec.feedForward().isBiased());
    SwitchedWindows.write(spec, config);
    UsualKeys.common(spec, config);
  }

  @Override
  public String example() {
    return """
        {"architectures": ["SmolLM3ForCausalLM"], "model_type": "smollm3",
         "vocab_size": 40, "hidden_size": 16, "intermediate_size": 24, "num_hidden_layers": 4,
         "num_attention_heads": 4, "max_position_embeddings": 32, "initializer_range": 0.05,
         "bos_token_id": 1, "eos_token_id": 2, "torch_dtype": "float32",
         "num_key_value_heads": 2, "rms_norm_eps": 1e-5, "rope_theta": 20000.0, "hidden_act": "silu",
         "no_rope_layer_interval": 3, "attention_bias": false, "mlp_bias": false,
         "tie_word_embeddings": true}
        """;
  }
}
