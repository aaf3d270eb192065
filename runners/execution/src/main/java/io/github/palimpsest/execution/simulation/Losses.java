package io.github.palimpsest.execution.simulation;

import io.github.palimpsest.api.random.Streams;
import java.time.Duration;

/**
 * How workers are lost. The life of a worker is exponentially distributed.
 *
 * @param perHour the probability that a worker is lost within an hour; 0 if none is
 * @param lease the time after which others take over what a lost worker had begun
 * @param replaced the time after which another worker takes its place
 * @param seed the seed of the lives; each has a stream of its own
 */
public record Losses(double perHour, Duration lease, Duration replaced, long seed) {
  /** No worker is lost. */
  public static final Losses NONE = new Losses(0, Duration.ZERO, Duration.ZERO, 0);

  private static final double HOUR = 3600;

  /** Checks the probability. */
  public Losses {
    if (!(perHour >= 0 && perHour < 1)) {
      throw new IllegalArgumentException("a probability is from 0 to below 1, and not " + perHour);
    }
  }

  /**
   * The seconds that a worker lives.
   *
   * @param place the worker's place
   * @param before how many workers this place has lost
   */
  double life(int place, int before) {
    if (perHour == 0) {
      return Double.POSITIVE_INFINITY;
    }
    // P(lost within an hour) = 1 - exp(-rate); log1p keeps small probabilities exact
    double rate = -StrictMath.log1p(-perHour) / HOUR;
    double uniform = Streams.stream(seed, "simulate/life", place, before).nextDouble();
    return -StrictMath.log1p(-uniform) / rate;
  }
}
