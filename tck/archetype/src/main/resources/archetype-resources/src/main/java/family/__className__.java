package ${package};

import io.github.palimpsest.api.component.Cost;
import io.github.palimpsest.api.model.ModelFamilyProvider;
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
import io.github.palimpsest.api.model.NormSpec;
import io.github.palimpsest.api.model.TensorNames;

/** Decoders whose {@code config.json} has the model_type {@code ${artifactId}}. */
final class ${className} implements DecoderFamily {
  static final ModelFamilyProvider PROVIDER =
      ModelFamilyProvider.of(
              "${id}",
              "${artifactId}",
              "Decoders of model_type ${artifactId}",
              "x += o(softmax(q k' / sqrt(d)) v)(norm x); x += down(silu(gate(norm x)) up(norm x))")
          .traits(Traits.of(Onset.FIRST_TASK, Cost.NONE, "Touvron et al. 2023 (arXiv:2302.13971)"))
          .creates(settings -> new ${className}());

  private static final int MOST = 1 << 24;

  /** What the checkpoint calls its tensors: the usual names, except one. */
  private static final TensorNames NAMES =
      TensorNames.usual().with(DecoderPart.FINAL_NORM, "model.final_norm.weight");

  @Override
  public DecoderSpec read(ModelConfig config) {
    if (!config.text("hidden_act", "silu").equals("silu")) {
      throw config.refusal("hidden_act", "only 'silu' is supported");
    }
    int heads = config.integer("num_attention_heads", MOST);
    return DecoderSpec.of(
            config.integer("vocab_size", MOST),
            config.integer("hidden_size", MOST),
            config.integer("num_hidden_layers", MOST))
        .attention(
            AttentionSpec.rotary(heads, config.integer("head_dim", MOST), config.rope())
                .keyValueHeads(config.integer("num_key_value_heads", heads, MOST)))
        .feedForward(
            FeedForwardSpec.gated(config.integer("intermediate_size", MOST), Activation.SILU))
        .norm(NormSpec.rms(config.real("rms_norm_eps", 1e-6)))
        .positions(config.integer("max_position_embeddings", MOST))
        .tiedHead(config.flag("tie_word_embeddings", false))
        .initialDeviation(config.real("initializer_range", 0.02))
        .bos(config.token("bos_token_id", 1))
        .eos(config.token("eos_token_id", 2))
        .names(NAMES)
        .build();
  }

  @Override
  public void write(DecoderSpec spec, ConfigWriter config) {
    config
        .architecture("${className}ForCausalLM")
        .put("vocab_size", spec.vocabulary())
        .put("hidden_size", spec.width())
        .put("num_hidden_layers", spec.layers())
        .put("num_attention_heads", spec.attention().heads())
        .put("num_key_value_heads", spec.attention().keyValueHeads())
        .put("head_dim", spec.attention().headSize())
        .rope(spec.attention().rope().orElseThrow())
        .put("intermediate_size", spec.feedForward().width())
        .put("hidden_act", "silu")
        .put("rms_norm_eps", spec.norm().epsilon())
        .put("max_position_embeddings", spec.positions())
        .put("tie_word_embeddings", spec.tiedHead())
        .put("initializer_range", spec.initialDeviation());
    spec.bos().ifPresent(id -> config.put("bos_token_id", id));
    spec.eos().ifPresent(id -> config.put("eos_token_id", id));
  }

  @Override
  public String example() {
    return """
        {"architectures": ["${className}ForCausalLM"], "model_type": "${artifactId}",
         "vocab_size": 40, "hidden_size": 16, "num_hidden_layers": 2, "num_attention_heads": 4,
         "num_key_value_heads": 2, "head_dim": 6, "rope_theta": 20000.0, "intermediate_size": 24,
         "hidden_act": "silu", "rms_norm_eps": 1e-5, "max_position_embeddings": 32,
         "tie_word_embeddings": false, "initializer_range": 0.05, "bos_token_id": 1, "eos_token_id": 2}
        """;
  }
}
