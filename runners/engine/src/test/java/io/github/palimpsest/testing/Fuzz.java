package io.github.palimpsest.testing;

import com.sun.management.ThreadMXBean;
import io.github.palimpsest.api.PalimpsestException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Gives a parser many broken inputs ({@link Mutations}). It may take an input or refuse it with a
 * {@link PalimpsestException}; anything else it throws is a finding, and so is one input that takes
 * more memory than {@link #MOST_BYTES}.
 *
 * <p>The system property {@code fuzz.inputs} says how many inputs a parser gets, and {@code
 * fuzz.from} the number of the first one; the same numbers are the same inputs everywhere.
 */
public final class Fuzz {
  /** What one input of at most 64 KiB may allocate, together. */
  public static final long MOST_BYTES = 256L << 20;

  private static final int MOST_FINDINGS = 20;
  private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

  /** Reads an input, and what can only be known by using what was read. */
  @FunctionalInterface
  public interface Parser {
    /** Throws {@link PalimpsestException} where the input is refused. */
    void read(byte[] input) throws Exception;
  }

  private Fuzz() {}

  /** A text as a seed. */
  public static byte[] text(String seed) {
    return seed.getBytes(StandardCharsets.UTF_8);
  }

  /**
   * Tries a parser.
   *
   * @param name what is tried; chooses the inputs
   * @param inputs how many, where {@code fuzz.inputs} is not set
   * @param seeds valid inputs
   * @param parser what is tried
   * @throws AssertionError with every kind of finding and the first input of each
   */
  public static void run(String name, int inputs, List<byte[]> seeds, Parser parser) {
    Mutations mutations = new Mutations(name, seeds);
    long from = Long.getLong("fuzz.from", 0);
    long end = from + Long.getLong("fuzz.inputs", inputs);
    Map<String, String> findings = new TreeMap<>();
    long refused = 0;
    for (long n = from; n < end && findings.size() < MOST_FINDINGS; n++) {
      byte[] input = mutations.input(n);
      long before = THREADS.getCurrentThreadAllocatedBytes();
      try {
        parser.read(input);
      } catch (PalimpsestException e) {
        refused++;
      } catch (Throwable e) { // an Error is a finding like any other
        findings.putIfAbsent(kind(e), finding(n, input, e + "\n  " + kind(e)));
      }
      long taken = THREADS.getCurrentThreadAllocatedBytes() - before;
      if (taken > MOST_BYTES) {
        findings.putIfAbsent("memory", finding(n, input, taken + " bytes were allocated"));
      }
    }
    System.out.printf(
        "fuzz %s: inputs %d to %d, %d refused, %d kinds of findings%n",
        name, from, end - 1, refused, findings.size());
    if (!findings.isEmpty()) {
      throw new AssertionError(name + ":\n" + String.join("\n", findings.values()));
    }
  }

  /** The exception and the first place in this project. */
  private static String kind(Throwable e) {
    return e.getClass().getName()
        + Arrays.stream(e.getStackTrace())
            .filter(f -> f.getClassName().startsWith("io.github.palimpsest."))
            .findFirst()
            .map(f -> " at " + f)
            .orElse("");
  }

  private static String finding(long n, byte[] input, String what) {
    String text = what.length() > 300 ? what.substring(0, 300) + "..." : what;
    byte[] shown = Arrays.copyOf(input, Math.min(input.length, 1500));
    return "input "
        + n
        + " ("
        + input.length
        + " bytes): "
        + text
        + "\n  base64 "
        + Base64.getEncoder().encodeToString(shown);
  }
}
