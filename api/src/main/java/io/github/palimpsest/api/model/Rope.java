package io.github.palimpsest.api.model;

import io.github.palimpsest.api.Experimental;
import io.github.palimpsest.api.PalimpsestException;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * Rotary position embedding (Su et al. 2021, arXiv 2104.09864) in the half-rotation order of
 * Hugging Face checkpoints: of the {@code d} dimensions that rotate, dimensions {@code i} and
 * {@code i + d/2} are rotated together, at position {@code p} by the angle {@code p f_i}, where
 * {@code f_i} is {@code theta^(-2i/d)}, scaled.
 */
@Experimental(since = "0.1")
public final class Rope {
  private record Values(double theta, Scaling scaling, double share) {}

  private final Values values;

  private Rope(Values values) {
    this.values = values;
  }

  /**
   * An embedding whose frequencies are not scaled, of all dimensions of a head.
   *
   * @param theta the base of the frequencies
   */
  public static Rope of(double theta) {
    return new Rope(new Values(theta, new Unscaled(), 1));
  }

  /** A copy whose frequencies are stretched for longer contexts. */
  public Rope scaled(Scaling scaling) {
    return new Rope(new Values(theta(), scaling, share()));
  }

  /**
   * A copy that rotates the first dimensions of a head only.
   *
   * @param share of the dimensions, above 0 and at most 1; a part of a dimension is dropped
   * @throws PalimpsestException if the share is out of this range
   */
  public Rope partial(double share) {
    if (!(share > 0 && share <= 1)) {
      throw new PalimpsestException(
          "the share of dimensions that rotate must be above 0 and at most 1, not " + share);
    }
    return new Rope(new Values(theta(), scaling(), share));
  }

  /** The base of the frequencies. */
  public double theta() {
    return values.theta();
  }

  /** The scaling of the frequencies. */
  public Scaling scaling() {
    return values.scaling();
  }

  /** The share of a head's dimensions that rotates. */
  public double share() {
    return values.share();
  }

  /** The number of dimensions of a head that rotate. */
  public int rotated(int headSize) {
    return (int) (headSize * share());
  }

  /**
   * The angle by which each pair of dimensions rotates per position.
   *
   * @param headSize the width of a head
   * @return {@code [rotated / 2]}, in radians
   */
  public float[] frequencies(int headSize) {
    return floats(scaling().apply(unscaled(headSize), theta()));
  }

  /**
   * The angles where a sequence is longer than the original context; empty if they are the same.
   *
   * @param headSize the width of a head
   * @return {@code [rotated / 2]}, in radians
   */
  public Optional<float[]> longFrequencies(int headSize) {
    return scaling() instanceof LongRopeScaling s
        ? Optional.of(floats(s.divided(unscaled(headSize), s.longFactors())))
        : Optional.empty();
  }

  private double[] unscaled(int headSize) {
    int d = rotated(headSize);
    return IntStream.range(0, d / 2).mapToDouble(i -> Math.pow(theta(), -2.0 * i / d)).toArray();
  }

  private static float[] floats(double[] values) {
    float[] floats = new float[values.length];
    for (int i = 0; i < floats.length; i++) {
      floats[i] = (float) values[i];
    }
    return floats;
  }

  void check(int headSize) {
    if (scaling() instanceof LongRopeScaling s) {
      int pairs = rotated(headSize) / 2;
      if (s.shortFactors().size() != pairs || s.longFactors().size() != pairs) {
        throw new PalimpsestException(
            "rope scaling 'longrope' needs %d short and long factors, not %d and %d"
                .formatted(pairs, s.shortFactors().size(), s.longFactors().size()));
      }
    }
  }

  /** A scaling of the frequencies. More may be added. */
  public sealed interface Scaling {
    /**
     * The changed frequencies.
     *
     * @param frequencies {@code theta^(-2i/d)} for each pair, in radians a position
     * @param theta their base
     */
    double[] apply(double[] frequencies, double theta);

    /** Multiplies the rotated queries and keys. */
    default double amplitude() {
      return 1;
    }
  }

  /** Unscaled frequencies. */
  public record Unscaled() implements Scaling {
    @Override
    public double[] apply(double[] frequencies, double theta) {
      return frequencies;
    }
  }

  /**
   * All frequencies divided by the same factor.
   *
   * @param factor the divisor
   */
  public record LinearScaling(double factor) implements Scaling {
    @Override
    public double[] apply(double[] frequencies, double theta) {
      return Arrays.stream(frequencies).map(f -> f / factor).toArray();
    }
  }

  /**
   * Dynamic NTK scaling: a base that grows with a sequence beyond the model's positions. No
   * sequence is longer than they are here, so the frequencies are unchanged.
   *
   * @param factor the growth beyond the positions
   */
  public record DynamicScaling(double factor) implements Scaling {
    @Override
    public double[] apply(double[] frequencies, double theta) {
      return frequencies;
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
    public double[] apply(double[] frequencies, double theta) {
      return Arrays.stream(frequencies).map(this::scaled).toArray();
    }

    private double scaled(double frequency) {
      double turns = context * frequency / (2 * Math.PI);
      double kept = Math.min(1, Math.max(0, (turns - low) / (high - low)));
      return (1 - kept) * frequency / factor + kept * frequency;
    }
  }

  /**
   * YaRN (Peng et al. 2023, arXiv 2309.00071): frequency {@code i} is {@code (1 - k_i) f_i / factor
   * + k_i f_i}, where {@code k_i} falls from 1 to 0 between the pairs that turn {@code fast} and
   * {@code slow} times within the original context.
   *
   * @param factor the divisor of low frequencies
   * @param fast the number of turns from which a frequency is kept
   * @param slow the number of turns below which it is divided
   * @param context the original context, in positions
   * @param truncated whether both pairs are rounded to whole numbers, outwards
   * @param amplitude multiplies the rotated queries and keys
   */
  public record YarnScaling(
      double factor, double fast, double slow, int context, boolean truncated, double amplitude)
      implements Scaling {
    /** The amplitude of the paper: {@code 0.1 ln(factor) + 1}, or 1 if nothing is stretched. */
    public static double usualAmplitude(double factor) {
      return factor <= 1 ? 1 : 0.1 * Math.log(factor) + 1;
    }

    @Override
    public double[] apply(double[] frequencies, double theta) {
      int d = 2 * frequencies.length;
      double low = pair(fast, d, theta);
      double high = pair(slow, d, theta);
      double from = Math.max(truncated ? Math.floor(low) : low, 0);
      double to = Math.min(truncated ? Math.ceil(high) : high, d - 1);
      double width = from == to ? 0.001 : to - from;
      double[] scaled = new double[frequencies.length];
      for (int i = 0; i < scaled.length; i++) {
        double kept = 1 - Math.min(1, Math.max(0, (i - from) / width));
        scaled[i] = (1 - kept) * frequencies[i] / factor + kept * frequencies[i];
      }
      return scaled;
    }

    /** The pair of dimensions that turns this often within the original context. */
    private double pair(double turns, int d, double theta) {
      return d * Math.log(context / (turns * 2 * Math.PI)) / (2 * Math.log(theta));
    }
  }

  /**
   * LongRoPE (Ding et al. 2024, arXiv 2402.13753): each frequency is divided by a factor of its
   * own, one for sequences within the original context and one for longer sequences.
   *
   * @param shortFactors one for each pair, for sequences within the original context
   * @param longFactors one for each pair, for longer sequences
   * @param context the original context, in positions
   * @param amplitude multiplies the rotated queries and keys
   */
  public record LongRopeScaling(
      List<Double> shortFactors, List<Double> longFactors, int context, double amplitude)
      implements Scaling {
    /** Copies the lists. */
    public LongRopeScaling {
      shortFactors = List.copyOf(shortFactors);
      longFactors = List.copyOf(longFactors);
    }

    /** The usual amplitude: {@code sqrt(1 + ln(factor) / ln(context))}, or 1. */
    public static double usualAmplitude(double factor, int context) {
      return factor <= 1 ? 1 : Math.sqrt(1 + Math.log(factor) / Math.log(context));
    }

    @Override
    public double[] apply(double[] frequencies, double theta) {
      return divided(frequencies, shortFactors);
    }

    private double[] divided(double[] frequencies, List<Double> factors) {
      return IntStream.range(0, frequencies.length)
          .mapToDouble(i -> frequencies[i] / factors.get(i))
          .toArray();
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
    return "rope " + theta() + " " + scaling() + (share() == 1 ? "" : ", share " + share());
  }
}
