package io.github.palimpsest.tck.subject;

import io.github.palimpsest.api.PalimpsestException;
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

/** A family with a mistake. */
public record SmallFamily(Mistake mistake) implements DecoderFamily {
  public static final String TYPE = "small";

  public enum Mistake {
    NONE,
    EXAMPLE_OF_ANOTHER_TYPE,
    EXAMPLE_IS_NO_JSON,
    EXAMPLE_HAS_ONE_LAYER,
    EXAMPLE_IS_LARGE,
    KEY_NOT_READ,
    KEY_NOT_WRITTEN,
    NO_ARCHITECTURE,
    KEY_DROPPED,
    DIVISION_BY_A_MISSING_NUMBER,
    REFUSAL_WITHOUT_A_NAME,
    NAME_TWICE
  }

  @Override
  public DecoderSpec read(ModelConfig c) {
    int width = c.integer("width", 1000);
    int heads = heads(c);
    boolean tied = c.flag("tied", false);
    TensorNames names = TensorNames.usual();
    if (mistake == Mistake.NAME_TWICE) {
      names = names.with(DecoderPart.GATE, names.of(DecoderPart.UP, 0).replace("0", "{layer}"));
    }
    return DecoderSpec.of(c.integer("tokens", 1 << 20), width, c.integer("layers", 100))
        .attention(AttentionSpec.rotary(heads, width / heads, c.rope()))
        .feedForward(FeedForwardSpec.gated(3 * width, Activation.SILU))
        .norm(NormSpec.rms(1e-5))
        .positions(c.integer("positions", 16, 1000))
        .tiedHead(tied && mistake != Mistake.KEY_DROPPED)
        .names(names)
        .build();
  }

  private int heads(ModelConfig c) {
    if (mistake == Mistake.DIVISION_BY_A_MISSING_NUMBER && !c.has("heads")) {
      return c.integer("width", 1000) / (c.integer("heads", 1, 10) - 1);
    }
    if (mistake == Mistake.REFUSAL_WITHOUT_A_NAME && !c.has("heads")) {
      c.integer("heads", 1, 10);
      throw new PalimpsestException("the model is not right");
    }
    return c.integer("heads", 1, 10);
  }

  @Override
  public void write(DecoderSpec spec, ConfigWriter config) {
    if (mistake != Mistake.NO_ARCHITECTURE) {
      config.architecture("SmallForCausalLM");
    }
    config
        .put("tokens", spec.vocabulary())
        .put("width", spec.width())
        .put("layers", spec.layers())
        .put("heads", spec.attention().heads())
        .put("tied", spec.tiedHead())
        .rope(spec.attention().rope().orElseThrow());
    if (mistake != Mistake.KEY_NOT_WRITTEN) {
      config.put("positions", spec.positions());
    }
  }

  @Override
  public String example() {
    return switch (mistake) {
      case EXAMPLE_OF_ANOTHER_TYPE -> example("large", 40, 2, "");
      case EXAMPLE_IS_NO_JSON -> "model_type: small";
      case EXAMPLE_HAS_ONE_LAYER -> example(TYPE, 40, 1, "");
      case EXAMPLE_IS_LARGE -> example(TYPE, 100_000, 2, "");
      case KEY_NOT_READ -> example(TYPE, 40, 2, ", \"sliding_window\": 4");
      default -> example(TYPE, 40, 2, "");
    };
  }

  private static String example(String type, int tokens, int layers, String more) {
    return """
    {"model_type": "%s", "tokens": %d, "width": 8, "layers": %d, "heads": 2, "tied": false,
     "positions": 12, "rope_theta": 500.0%s}
    """
        .formatted(type, tokens, layers, more);
  }
}
