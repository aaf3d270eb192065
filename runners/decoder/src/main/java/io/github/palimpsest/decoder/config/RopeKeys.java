package io.github.palimpsest.decoder.config;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.palimpsest.api.NearestName;
import io.github.palimpsest.api.PalimpsestException;
import io.github.palimpsest.api.model.Rope;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/** The keys of a rotary embedding, in the older and the newer form. */
final class RopeKeys {
  /** Factors that have no effect if they are 1. */
  private static final Set<String> ONES =
      Set.of("attention_factor", "factor", "partial_rotary_factor");

  private static final List<String> TYPES = List.of("default", "linear", "llama3");

  private RopeKeys() {}

  /**
   * Reads {@code rope_parameters} of transformers 5, or the older keys.
   *
   * @throws PalimpsestException if both forms are present and differ, or a key in them is not used
   */
  static Rope read(JsonConfig config) {
    Optional<JsonConfig> older = config.object("rope_scaling");
    Optional<JsonConfig> newer = config.object("rope_parameters");
    double theta = config.real("rope_theta", 10_000.0);
    Rope.Scaling scaling = older.map(o -> scaling(config, o)).orElseGet(Rope.Unscaled::new);
    if (newer.isEmpty()) {
      return Rope.of(theta).scaled(scaling);
    }
    JsonConfig parameters = newer.get();
    Rope rope = Rope.of(parameters.real("rope_theta", theta)).scaled(scaling(config, parameters));
    if (config.has("rope_theta") && theta != rope.theta()) {
      throw differ(config, "rope_theta", parameters);
    }
    if (older.isPresent() && !scaling.equals(rope.scaling())) {
      throw differ(config, "rope_scaling", parameters);
    }
    return rope;
  }

  private static PalimpsestException differ(JsonConfig config, String key, JsonConfig newer) {
    return new PalimpsestException(
        config.where()
            + ": '"
            + key
            + "' is "
            + config.json().path(key)
            + ", but 'rope_parameters' is "
            + newer.json()
            + "; remove the one that is wrong");
  }

  private static Rope.Scaling scaling(JsonConfig config, JsonConfig scaling) {
    String type = scaling.text("rope_type", scaling.text("type", "default"));
    if (!scaling.text("type", type).equals(type)) {
      throw scaling.wrong("type", scaling.json().path("type"), "'" + type + "' as 'rope_type' is");
    }
    Set<String> used = new TreeSet<>(List.of("rope_type", "type", "rope_theta"));
    Rope.Scaling read =
        switch (type) {
          case "default" -> new Rope.Unscaled();
          case "linear" -> {
            used.add("factor");
            yield new Rope.LinearScaling(scaling.real("factor"));
          }
          case "llama3" -> {
            used.addAll(
                List.of(
                    "factor",
                    "low_freq_factor",
                    "high_freq_factor",
                    "original_max_position_embeddings"));
            yield new Rope.Llama3Scaling(
                scaling.real("factor"),
                scaling.real("low_freq_factor"),
                scaling.real("high_freq_factor"),
                scaling.integer("original_max_position_embeddings", Integer.MAX_VALUE));
          }
          default ->
              throw new PalimpsestException(
                  config.where()
                      + ": rope scaling '"
                      + type
                      + "' is not supported"
                      + NearestName.hint(type, TYPES));
        };
    scaling
        .json()
        .properties()
        .forEach(
            e -> {
              boolean neutral =
                  e.getValue().isNull()
                      || ONES.contains(e.getKey()) && e.getValue().asDouble() == 1;
              if (!used.contains(e.getKey()) && !neutral) {
                throw new PalimpsestException(
                    "%s: '%s' is %s, which rope scaling '%s' does not use"
                        .formatted(
                            scaling.where(), e.getKey(), KnownKeys.shortened(e.getValue()), type));
              }
            });
    return read;
  }

  /** Writes the older keys, which every version of transformers reads. */
  static void write(Rope rope, ObjectNode config) {
    config.put("rope_theta", rope.theta());
    if (rope.scaling() instanceof Rope.LinearScaling linear) {
      config.putObject("rope_scaling").put("rope_type", "linear").put("factor", linear.factor());
    } else if (rope.scaling() instanceof Rope.Llama3Scaling s) {
      config
          .putObject("rope_scaling")
          .put("rope_type", "llama3")
          .put("factor", s.factor())
          .put("low_freq_factor", s.low())
          .put("high_freq_factor", s.high())
          .put("original_max_position_embeddings", s.context());
    } else {
      config.set("rope_scaling", config.nullNode());
    }
  }
}
