package io.github.palimpsest.llm.model;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.palimpsest.api.NearestName;
import io.github.palimpsest.api.PalimpsestException;
import java.util.List;

/**
 * Rotary position embedding (Su et al. 2021, arXiv 2104.09864) in the half-rotation order of
 * Hugging Face checkpoints: dimension {@code i} turns together with dimension {@code i + d/2}, at
 * position {@code p} by the angle {@code p f_i} with {@code f_i = theta^(-2i/d)}, scaled.
 *
 * @param theta the base of the frequencies
 * @param scaling how the frequencies are stretched for longer contexts
 */
public record Rope(double theta, Scaling scaling) {
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

  /** Reads {@code rope_parameters} of transformers 5, or the older keys. */
  static Rope read(ConfigFields config) {
    ConfigFields older = config.child("rope_scaling");
    ConfigFields newer = config.child("rope_parameters");
    ConfigFields scaling = newer.isPresent() ? newer : older;
    double theta = newer.real("rope_theta", config.real("rope_theta", 10_000.0));
    if (!scaling.isPresent()) {
      return new Rope(theta, new Unscaled());
    }
    String type = scaling.text("rope_type", scaling.text("type", "default"));
    return new Rope(
        theta,
        switch (type) {
          case "default" -> new Unscaled();
          case "linear" -> new Linear(scaling.real("factor"));
          case "llama3" ->
              new Llama3(
                  scaling.real("factor"),
                  scaling.real("low_freq_factor"),
                  scaling.real("high_freq_factor"),
                  scaling.integer("original_max_position_embeddings"));
          default ->
              throw new PalimpsestException(
                  config.where()
                      + ": rope scaling '"
                      + type
                      + "' is not supported"
                      + NearestName.hint(type, TYPES));
        });
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
