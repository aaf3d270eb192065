package io.github.palimpsest.llm.gguf;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.palimpsest.api.PalimpsestException;
import java.util.Optional;

/**
 * The base and the scaling of a rotary embedding. Some scalings are in the metadata, others in
 * tensors with one factor for each pair of dimensions.
 */
final class RopeScalingKeys {
  /** Holds the factors of the scaling of Llama 3, but not its parameters. */
  static final String LLAMA3 = "rope_freqs.weight";

  /** Holds the factors of longrope, up to the original context. */
  static final String SHORT = "rope_factors_short.weight";

  /** Holds the factors of longrope, beyond the original context. */
  static final String LONG = "rope_factors_long.weight";

  private static final String BASE = "rope.freq_base";
  private static final String TYPE = "rope.scaling.type";
  private static final String FACTOR = "rope.scaling.factor";
  private static final String CONTEXT = "rope.scaling.original_context_length";
  private static final String AMPLITUDE = "rope.scaling.attn_factor";
  private static final String ORIGINAL = "original_max_position_embeddings";
  private static final double USUAL_BASE = 10_000;

  // of every Llama 3 to date; checked against the factors
  private static final double LOW = 1;
  private static final double HIGH = 4;
  private static final int LLAMA3_CONTEXT = 8192;
  private static final double CLOSE = 1e-5;

  private final ModelKeys keys;
  private final int rotated;

  /**
   * @param rotated the dimensions of a head that rotate
   */
  RopeScalingKeys(ModelKeys keys, int rotated) {
    this.keys = keys;
    this.rotated = rotated;
  }

  /** Writes {@code rope_theta} and {@code rope_scaling}. */
  void write(ObjectNode config) {
    double base = keys.real(BASE).orElse(USUAL_BASE);
    config.put("rope_theta", base);
    if (keys.hasTensor(LLAMA3)) {
      llama3(base, scaling(config, "llama3"));
      return;
    }
    if (keys.hasTensor(SHORT) || keys.hasTensor(LONG)) {
      longRope(config);
      return;
    }
    String type = type();
    switch (type) {
      case "none" -> config.putNull("rope_scaling");
      case "linear" -> scaling(config, type).put("factor", required(FACTOR));
      case "yarn" -> {
        ObjectNode scaling = scaling(config, type).put("factor", required(FACTOR));
        keys.metadata().integer(keys.name(CONTEXT)).ifPresent(c -> scaling.put(ORIGINAL, c));
        keys.real("rope.scaling.yarn_beta_fast").ifPresent(b -> scaling.put("beta_fast", b));
        keys.real("rope.scaling.yarn_beta_slow").ifPresent(b -> scaling.put("beta_slow", b));
      }
      default ->
          throw keys.metadata()
              .refusal(
                  keys.name(TYPE),
                  "supported are none, linear, yarn, and longrope with its tensors of factors");
    }
  }

  private String type() {
    return keys.metadata().text(keys.name(TYPE)).orElse("none");
  }

  private ObjectNode scaling(ObjectNode config, String type) {
    return config.putObject("rope_scaling").put("rope_type", type);
  }

  private double required(String key) {
    Optional<Double> value = keys.real(key);
    return value.orElseThrow(
        () ->
            new PalimpsestException(
                keys.metadata().file() + ": '" + keys.name(key) + "' is missing"));
  }

  /**
   * Finds the parameters from the factors: the largest factor is that of the long waves, and the
   * others follow. The formula is that of {@code llama3} in transformers.
   */
  private void llama3(double base, ObjectNode scaling) {
    if (!type().equals("none")) {
      throw keys.metadata()
          .refusal(keys.name(TYPE), "a file with '" + LLAMA3 + "' has no other scaling");
    }
    float[] factors = factors(LLAMA3);
    double factor = 1;
    for (float f : factors) {
      factor = Math.max(factor, Metadata.decimal(f));
    }
    for (int i = 0; i < factors.length; i++) {
      double wave = 2 * Math.PI * Math.pow(base, 2.0 * i / rotated);
      double smooth = Math.min(1, Math.max(0, (LLAMA3_CONTEXT / wave - LOW) / (HIGH - LOW)));
      double expected = 1 / ((1 - smooth) / factor + smooth);
      if (!(Math.abs(factors[i] - expected) <= CLOSE * expected)) {
        throw new PalimpsestException(
            "%s: tensor '%s' has the factor %s at %d; Llama 3 has %s with the factor %s"
                .formatted(keys.metadata().file(), LLAMA3, factors[i], i, expected, factor));
      }
    }
    scaling
        .put("factor", factor)
        .put("low_freq_factor", LOW)
        .put("high_freq_factor", HIGH)
        .put(ORIGINAL, LLAMA3_CONTEXT);
  }

  private void longRope(ObjectNode config) {
    String type = type();
    if (!type.equals("none") && !type.equals("longrope")) {
      throw keys.metadata()
          .refusal(keys.name(TYPE), "a file with '" + LONG + "' has the type longrope");
    }
    int context = keys.metadata().required(keys.name(CONTEXT));
    config.put(ORIGINAL, context);
    ObjectNode scaling = config.putObject("rope_scaling").put("type", "longrope");
    list(factors(SHORT), scaling.putArray("short_factor"));
    list(factors(LONG), scaling.putArray("long_factor"));
    double stretch = config.path("max_position_embeddings").asDouble() / context;
    double usual = stretch <= 1 ? 1 : Math.sqrt(1 + Math.log(stretch) / Math.log(context));
    double amplitude = keys.real(AMPLITUDE).orElse(usual);
    if (Math.abs(amplitude - usual) > CLOSE) {
      scaling.put("attention_factor", amplitude);
    }
  }

  private float[] factors(String name) {
    if (!keys.hasTensor(name)) {
      throw new PalimpsestException(keys.metadata().file() + ": tensor '" + name + "' is missing");
    }
    float[] factors = keys.tensors().copy(name);
    if (factors.length != rotated / 2) {
      throw new PalimpsestException(
          "%s: tensor '%s' has %d factors for %d dimensions"
              .formatted(keys.metadata().file(), name, factors.length, rotated));
    }
    return factors;
  }

  private static void list(float[] values, ArrayNode array) {
    for (float value : values) {
      array.add(Metadata.decimal(value));
    }
  }
}
