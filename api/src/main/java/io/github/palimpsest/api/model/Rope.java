package io.github.palimpsest.api.model;

import io.github.palimpsest.api.Experimental;
import io.github.palimpsest.api.PalimpsestException;

/**
 * Rotary position embedding (Su et al. 2021, arXiv 2104.09864) in the half-rotation order of
 * Hugging Face checkpoints: at position {@code p}, dimensions {@code i} and {@code i + d/2} are
 * rotated by the angle {@code p f_i}, where {@code f_i} is {@code theta^(-2i/d)}, scaled.
 */
@Experimental(since = "0.1")
public final class Rope {
  private record Values(double theta, Scaling scaling) {}

  private final Values values;

  private Rope(Values values) {
    this.values = values;
  }

  /**
   * An embedding whose frequencies are not scaled.
   *
   * @param theta the base of the frequencies
   */
  public static Rope of(double theta) {
    return new Rope(new Values(theta, new Unscaled()));
  }

  /** A copy whose frequencies are stretched for longer contexts. */
  public Rope scaled(Scaling scaling) {
    return new Rope(new Values(theta(), scaling));
  }

  /** The base of the frequencies. */
  public double theta() {
    return values.theta();
  }

  /** The scaling of the frequencies. */
  public Scaling scaling() {
    return values.scaling();
  }

  /**
   * The angle by which each pair of dimensions rotates per position.
   *
   * @param headSize the even width of a head
   * @return {@code [headSize / 2]}, in radians
   */
  public float[] frequencies(int headSize) {
    float[] f = new float[headSize / 2];
    for (int i = 0; i < f.length; i++) {
      f[i] = (float) scaling().apply(Math.pow(theta(), -2.0 * i / headSize));
    }
    return f;
  }

  /** A scaling of the frequencies. More may be added. */
  public sealed interface Scaling {
    /** The scaled frequency, in radians per position. */
    double apply(double frequency);
  }

  /** Unscaled frequencies. */
  public record Unscaled() implements Scaling {
    @Override
    public double apply(double frequency) {
      return frequency;
    }
  }

  /**
   * All frequencies divided by the same factor.
   *
   * @param factor the divisor
   */
  public record LinearScaling(double factor) implements Scaling {
    @Override
    public double apply(double frequency) {
      return frequency / factor;
    }
  }

  /**
   * The scaling of Llama 3.1: wavelengths longer than {@code context / low} are multiplied by the
   * factor, those shorter than {@code context / high} are unchanged, and those between are blended.
   *
   * @param factor the divisor of low frequencies
   * @param low the number of turns within the original context below which a frequency is low
   * @param high the number above which it is high
   * @param context the original context, in positions
   */
  public record Llama3Scaling(double factor, double low, double high, int context)
      implements Scaling {
    /**
     * @throws PalimpsestException if {@code high} is not above {@code low}
     */
    public Llama3Scaling {
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

  @Override
  public boolean equals(Object other) {
    return other instanceof Rope o && values.equals(o.values);
  }

  @Override
  public int hashCode() {
    return values.hashCode();
  }

  @Override
  public String toString() {
    return "rope " + theta() + " " + scaling();
  }
}
