package io.github.palimpsest.results.analysis;

import io.github.palimpsest.api.random.Streams;
import java.util.random.RandomGenerator;

/** The named streams of bootstrap resamples and made-up grids: equal cells have equal reports. */
final class Resamples {
  /** Each is over hundreds of examples. */
  static final int EXAMPLES = 2_000;

  private Resamples() {}

  static RandomGenerator stream(String purpose) {
    return stream(purpose, 0);
  }

  /** The stream of a simulation of grids with some seeds. */
  static RandomGenerator stream(String purpose, int seeds) {
    return Streams.stream(0, purpose, seeds, 0);
  }
}
