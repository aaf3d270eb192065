package io.github.palimpsest.decoder.config;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.palimpsest.api.NearestName;
import io.github.palimpsest.api.PalimpsestException;
import io.github.palimpsest.api.model.Rope;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/** The kinds of scaling of a rotary embedding, as their keys say. */
final class RopeScalings {
  /** Factors that have no effect if they are 1. */
  private static final Set<String> ONES = Set.of("attention_factor", "factor", RopeKeys.SHARE);

  private static final List<String> TYPES =
      List.of("default", "linear", "dynamic", "llama3", "yarn", "longrope");

  private static final String POSITIONS = "max_position_embeddings";
  private static final String ORIGINAL = "original_max_position_embeddings";
  private static final String FACTOR = "factor";
  private static final String AMPLITUDE = "attention_factor";
  private static final String FAST = "beta_fast";
  private static final String SLOW = "beta_slow";
  private static final double USUAL_FAST = 32;
  private static final double USUAL_SLOW = 1;

  private RopeScalings() {}

  /**
   * Reads a scaling.
   *
   * @param config the whole configuration
   * @param scaling the object with the keys of the scaling
   * @param partial whether {@code partial_rotary_factor} is read elsewhere
   */
  static Rope.Scaling read(JsonConfig config, JsonConfig scaling, boolean partial) {
    String type = scaling.text("rope_type", scaling.text("type", "default"));
    if (!scaling.text("type", type).equals(type)) {
      throw scaling.wrong("type", scaling.json().path("type"), "'" + type + "' as 'rope_type' is");
    }
    Set<String> used = new TreeSet<>(List.of("rope_type", "type", RopeKeys.THETA));
    if (partial) {
      used.add(RopeKeys.SHARE);
    }
    Rope.Scaling read =
        switch (type) {
          case "default" -> new Rope.Unscaled();
          case "linear" -> {
            used.add(FACTOR);
            yield new Rope.LinearScaling(scaling.real(FACTOR));
          }
          case "dynamic" -> {
            used.add(FACTOR);
            used.add(ORIGINAL);
            yield new Rope.DynamicScaling(scaling.real(FACTOR));
          }
          case "llama3" -> {
            used.addAll(List.of(FACTOR, "low_freq_factor", "high_freq_factor", ORIGINAL));
            yield new Rope.Llama3Scaling(
                scaling.real(FACTOR),
                scaling.real("low_freq_factor"),
                scaling.real("high_freq_factor"),
                scaling.integer(ORIGINAL, Integer.MAX_VALUE));
          }
          case "yarn" -> {
            used.addAll(List.of(FACTOR, ORIGINAL, FAST, SLOW, AMPLITUDE));
            used.addAll(List.of("truncate", "mscale", "mscale_all_dim"));
            yield yarn(config, scaling);
          }
          case "longrope", "su" -> {
            used.addAll(List.of(FACTOR, ORIGINAL, AMPLITUDE, "short_factor", "long_factor"));
            yield longRope(config, scaling);
          }
          default ->
              throw new PalimpsestException(
                  config.where()
                      + ": rope scaling '"
                      + type
                      + "' is not supported"
                      + NearestName.hint(type, TYPES));
        };
    requireAllUsed(scaling, type, used);
    return read;
  }

  private static void requireAllUsed(JsonConfig scaling, String type, Set<String> used) {
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
  }

  /** The original context: in the scaling, in the configuration, or the positions themselves. */
  private static int context(JsonConfig config, JsonConfig scaling) {
    if (config.has(ORIGINAL)) { // as Phi-3 has it: it decides
      return config.integer(ORIGINAL, Integer.MAX_VALUE);
    }
    return scaling.has(ORIGINAL)
        ? scaling.integer(ORIGINAL, Integer.MAX_VALUE)
        : config.integer(POSITIONS, Integer.MAX_VALUE);
  }

  private static Rope.Scaling yarn(JsonConfig config, JsonConfig scaling) {
    int context = context(config, scaling);
    double factor = scaling.real(FACTOR);
    double amplitude = Rope.YarnScaling.usualAmplitude(factor);
    if (scaling.has(AMPLITUDE)) {
      amplitude = scaling.real(AMPLITUDE);
    } else if (scaling.has("mscale") && scaling.has("mscale_all_dim")) {
      amplitude =
          mscale(factor, scaling.real("mscale")) / mscale(factor, scaling.real("mscale_all_dim"));
    }
    return new Rope.YarnScaling(
        factor,
        scaling.real(FAST, USUAL_FAST),
        scaling.real(SLOW, USUAL_SLOW),
        context,
        scaling.flag("truncate", true),
        amplitude);
  }

  private static double mscale(double factor, double mscale) {
    return factor <= 1 ? 1 : 0.1 * mscale * Math.log(factor) + 1;
  }

  private static Rope.Scaling longRope(JsonConfig config, JsonConfig scaling) {
    int context = context(config, scaling);
    double usual =
        Rope.LongRopeScaling.usualAmplitude(
            scaling.has(FACTOR) ? scaling.real(FACTOR) : stretch(config.json(), context), context);
    return new Rope.LongRopeScaling(
        scaling.reals("short_factor"),
        scaling.reals("long_factor"),
        context,
        scaling.real(AMPLITUDE, usual));
  }

  private static double stretch(JsonNode config, int context) {
    return config.path(POSITIONS).asDouble(context) / context;
  }

  /** Writes the older keys, which every version of transformers reads. */
  static void write(Rope rope, ObjectNode config) {
    config.put(RopeKeys.THETA, rope.theta());
    if (rope.share() != 1) {
      config.put(RopeKeys.SHARE, rope.share());
    }
    write(rope.scaling(), config);
  }

  private static void write(Rope.Scaling scaling, ObjectNode config) {
    if (scaling instanceof Rope.Unscaled) {
      config.set(RopeKeys.OLDER, config.nullNode());
      return;
    }
    ObjectNode own = config.putObject(RopeKeys.OLDER);
    if (scaling instanceof Rope.LinearScaling s) {
      own.put("rope_type", "linear").put(FACTOR, s.factor());
    } else if (scaling instanceof Rope.DynamicScaling s) {
      own.put("rope_type", "dynamic").put(FACTOR, s.factor());
    } else if (scaling instanceof Rope.Llama3Scaling s) {
      own.put("rope_type", "llama3")
          .put(FACTOR, s.factor())
          .put("low_freq_factor", s.low())
          .put("high_freq_factor", s.high())
          .put(ORIGINAL, s.context());
    } else if (scaling instanceof Rope.YarnScaling s) {
      own.put("rope_type", "yarn").put(FACTOR, s.factor()).put(ORIGINAL, s.context());
      own.put(FAST, s.fast()).put(SLOW, s.slow()).put("truncate", s.truncated());
      if (s.amplitude() != Rope.YarnScaling.usualAmplitude(s.factor())) {
        own.put(AMPLITUDE, s.amplitude());
      }
    } else if (scaling instanceof Rope.LongRopeScaling s) {
      config.put(ORIGINAL, s.context());
      // older versions of Phi-3 read these three keys and refuse others
      own.put("type", "longrope");
      list(s.shortFactors(), own.putArray("short_factor"));
      list(s.longFactors(), own.putArray("long_factor"));
      double usual = Rope.LongRopeScaling.usualAmplitude(stretch(config, s.context()), s.context());
      if (s.amplitude() != usual) {
        own.put(AMPLITUDE, s.amplitude());
      }
    }
  }

  private static void list(List<Double> values, ArrayNode array) {
    new ArrayList<>(values).forEach(array::add);
  }
}
