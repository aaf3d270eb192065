package io.github.palimpsest.api.random;

import io.github.palimpsest.api.Stable;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.random.RandomGenerator;

/**
 * Named random streams. A stream is a pure function of seed, purpose, task and step: nothing has to
 * be saved, and switching one component of a recipe leaves every other component's draws unchanged,
 * so two runs with one seed are a matched pair.
 *
 * <p>What a stream makes of its random words is defined by the API, so that its numbers are the
 * same on every JDK: those of Java 17. Gaussian and exponential numbers are those of McFarland 2016
 * (arXiv:1403.6870). {@code equiDoubles}, which Java 22 added, throws {@link
 * UnsupportedOperationException}.
 */
@Stable(since = "0.1")
public final class Streams {
  private Streams() {}

  /**
   * A fresh generator at the beginning of its stream.
   *
   * @param seed the run's seed
   * @param purpose what the numbers are for, for example {@code epoch}
   * @param task the task, from 0
   * @param step the step or epoch within the task, from 0
   */
  public static RandomGenerator stream(long seed, String purpose, long task, long step) {
    ByteBuffer key = key(seed, purpose, task, step);
    return new Philox(key.getLong(), key.getLong());
  }

  /** Two 64-bit numbers for a stateless random kernel of the graph. */
  public static long[] kernelSeed(long seed, String purpose, long task, long step) {
    ByteBuffer key = key(seed, purpose, task, step);
    return new long[] {key.getLong(), key.getLong()};
  }

  private static ByteBuffer key(long seed, String purpose, long task, long step) {
    try {
      byte[] name = purpose.getBytes(StandardCharsets.UTF_8);
      ByteBuffer text = ByteBuffer.allocate(24 + name.length);
      text.putLong(seed).putLong(task).putLong(step).put(name);
      return ByteBuffer.wrap(MessageDigest.getInstance("SHA-256").digest(text.array()));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }
}
