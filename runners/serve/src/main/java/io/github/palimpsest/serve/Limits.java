package io.github.palimpsest.serve;

import io.github.palimpsest.api.PalimpsestException;
import java.time.Duration;

/**
 * What a server accepts.
 *
 * @param bodyBytes the largest body of a request; a larger one is answered with 413
 * @param waitingPrompts the most prompts that wait for the model. One more is answered with 429; a
 *     request with more prompts than this is answered with 400
 * @param newTokens the most new tokens of an answer
 * @param time the time from the arrival of a request to its answer; later it is answered with 503
 */
public record Limits(int bodyBytes, int waitingPrompts, int newTokens, Duration time) {
  /** 16 MiB, 256 prompts, 4096 tokens, 10 minutes. */
  public static final Limits DEFAULT = new Limits(16 << 20, 256, 4096, Duration.ofMinutes(10));

  /**
   * @throws PalimpsestException if a limit is not at least 1
   */
  public Limits {
    if (bodyBytes < 1
        || waitingPrompts < 1
        || newTokens < 1
        || time.compareTo(Duration.ZERO) <= 0) {
      throw new PalimpsestException(
          "limits of %d bytes, %d prompts, %d tokens and %s: each must be above 0"
              .formatted(bodyBytes, waitingPrompts, newTokens, time));
    }
  }
}
