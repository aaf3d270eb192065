package io.github.palimpsest.results.analysis;

import io.github.palimpsest.api.random.Streams;
import java.util.random.RandomGenerator;

/** The named streams of bootstrap resamples, with which a report is always the same. */
final class Resamples {
  /** Enough for a 95 % percentile interval whose ends have two stable digits. */
  static final int SEEDS = 10_000;

  /** Fewer, because each is over hundreds of examples. */
  static final int EXAMPLES = 2_000;

  private Resamples() {}

  static RandomGenerator stream(String purpose) {
    return Streams.stream(0, purpose, 0, 0);
  }
}
