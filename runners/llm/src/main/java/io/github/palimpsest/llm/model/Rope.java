package io.github.palimpsest.llm.model;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.palimpsest.api.NearestName;
import io.github.palimpsest.api.PalimpsestException;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * Rotary position embedding (Su et al. 2021, arXiv 2104.09864) in the half-rotation order of
 * Hugging Face checkpoints: dimension {@code i} turns together with dimension {@code i + d/2}, at
 * position {@code p} by the angle {@code p f_i} with {@code f_i = theta^(-2i/d)}, scaled.
 *
 * @param theta the base of the frequencies
 * @param scaling how the frequencies are stretched for longer contexts
 */
public record Rope(double theta, Scaling scaling) {
  /** Factors that change nothing where they are 1. */
  private static final Set<String> ONES =
      Set.of("attention_factor", "factor", "partial_rotary_factor");

  private static final List<String> TYPES = List.of("default", "linear", "llama3");

  /** A change of the frequencies. */
  public sealed interface Scaling {
    /** The changed frequency, in radians a position. */
    double apply(double frequency);
  }

  /** Frequencies as they are. */
  public record Unscaled() implements Scaling {
    @Override
    public double apply(double frequency) {
      return frequency;
    }
  }

  /**
   * All frequencies divided alike.
   *
   * @param factor the divisor
   */
  public record Linear(double factor) implements Scaling {
    @Override
    public double apply(double frequency) {
      return frequency / factor;
    }
  }

  /**
   * The scaling of Llama 3.1: wavelengths longer than {@code context / low} are stretched by the
   * factor, shorter than {@code context / high} are kept, and those between are blended.
   *
   * @param factor the divisor of low frequencies
   * @param low the number of turns within the original context below which a frequency is low
   * @param high the number above which it is high
   * @param context the original context, in positions
   */
  public record Llama3(double factor, double low, double high, int context) implements Scaling {
    /**
     * @throws PalimpsestException if {@code high} is not above {@code low}
     */
    public Llama3 {
      if (high <= low) {
        throw new PalimpsestException(
            "rope scaling 'llama3' needs high_freq_factor above low_freq_factor, not %s and %s"
                .formatted(high, low));
      }
    }

    @Override
    public double apply(double frequency) {
      double turns = context * frequency / (2 * Math.PI);
      double kept = Math.min(1, Math.max(0, (turns - low) / (high - low)));
      return (1 - kept) * frequency / factor + kept * frequency;
    }
  }

  /**
   * The angle that each pair of dimensions turns a position.
   *
   * @param headSize the even width of a head
   * @return {@code [headSize / 2]}, in radians
   */
  float[] frequencies(int headSize) {
    float[] f = new float[headSize / 2];
    for (int i = 0; i < f.length; i++) {
      f[i] = (float) scaling.apply(Math.pow(theta, -2.0 * i / headSize));
    }
    return f;
  }

  /**
   * Reads {@code rope_parameters} of transformers 5, or the older keys.
   *
   * @throws PalimpsestException if both are there and differ, or a key in them is not used
   */
  static Rope read(ConfigFields config) {
    ConfigFields older = config.child("rope_scaling");
    ConfigFields newer = config.child("rope_parameters");
    double theta = config.real("rope_theta", 10_000.0);
    if (!newer.isPresent()) {
      return new Rope(theta, older.isPresent() ? scaling(config, older) : new Unscaled());
    }
    Rope rope = new Rope(newer.real("rope_theta", theta), scaling(config, newer));
    if (config.has("rope_theta") && theta != rope.theta) {
      throw differ(config, "rope_theta", newer);
    }
    if (older.isPresent() && !scaling(config, older).equals(rope.scaling)) {
      throw differ(config, "rope_scaling", newer);
    }
    return rope;
  }

  private static PalimpsestException differ(ConfigFields config, String key, ConfigFields newer) {
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

  private static Scaling scaling(ConfigFields config, ConfigFields scaling) {
    String type = scaling.text("rope_type", scaling.text("type", "default"));
    if (!scaling.text("type", type).equals(type)) {
      throw scaling.wrong("type", scaling.json().path("type"), "'" + type + "' as 'rope_type' is");
    }
    Set<String> used = new TreeSet<>(List.of("rope_type", "type", "rope_theta"));
    Scaling read =
        switch (type) {
          case "default" -> new Unscaled();
          case "linear" -> {
            used.add("factor");
            yield new Linear(scaling.real("factor"));
          }
          case "llama3" -> {
            used.addAll(
                List.of(
                    "factor",
                    "low_freq_factor",
                    "high_freq_factor",
                    "original_max_position_embeddings"));
            yield new Llama3(
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
                            scaling.where(), e.getKey(), ConfigKeys.shortened(e.getValue()), type));
              }
            });
    return read;
  }

  /** Writes the older keys, which every version of transformers reads. */
  void write(ObjectNode config) {
    config.put("rope_theta", theta);
    if (scaling instanceof Linear linear) {
      config.putObject("rope_scaling").put("rope_type", "linear").put("factor", linear.factor());
    } else if (scaling instanceof Llama3 s) {
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
