package io.github.palimpsest.testing;

import com.sun.management.ThreadMXBean;
import io.github.palimpsest.api.PalimpsestException;
import java.lang.management.ManagementFactory;
import java.util.Arrays;
import java.util.Base64;
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
final class Fuzz implements Runnable {
  /** What reading one input of at most 64 KiB may allocate, together. */
  static final long MOST_BYTES = 256L << 20;

  private static final int MOST_FINDINGS = 20;
  private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

  private final FuzzTarget target;

  Fuzz(FuzzTarget target) {
    this.target = target;
  }

  /**
   * Tries the parser.
   *
   * @throws AssertionError with every kind of finding and the first input of each
   */
  @Override
  public void run() {
    Mutations mutations = new Mutations(target.name(), target.seeds());
    long from = Long.getLong("fuzz.from", 0);
    long end = from + Long.getLong("fuzz.inputs", target.inputs());
    Map<String, String> findings = new TreeMap<>();
    long refused = 0;
    long start = System.nanoTime();
    for (long n = from; n < end && findings.size() < MOST_FINDINGS; n++) {
      byte[] input = mutations.input(n);
      try {
        boolean no = refuses(target.parser(), input);
        refused += no ? 1 : 0;
        if (no && n < target.valid()) {
          throw new AssertionError("it is a seed, and refused");
        }
      } catch (Throwable e) { // an Error is a finding like any other
        findings.putIfAbsent(kind(e), finding(n, input, e + "\n  " + kind(e)));
      }
    }
    System.out.printf(
        "fuzz %s: inputs %d to %d, %d refused, %d kinds of findings, %d s%n",
        target.name(),
        from,
        end - 1,
        refused,
        findings.size(),
        (System.nanoTime() - start) / 1_000_000_000);
    if (!findings.isEmpty()) {
      throw new AssertionError(target.name() + ":\n" + String.join("\n", findings.values()));
    }
  }

  /**
   * Whether a parser refuses an input.
   *
   * @throws Throwable what it may not throw
   * @throws AssertionError if it takes too much memory
   */
  static boolean refuses(FuzzTarget.Parser parser, byte[] input) throws Throwable {
    long before = THREADS.getCurrentThreadAllocatedBytes();
    boolean refused = !reads(parser, input);
    if (THREADS.getCurrentThreadAllocatedBytes() - before > MOST_BYTES) {
      // not the first time: a class that is loaded and instrumented takes memory too
      before = THREADS.getCurrentThreadAllocatedBytes();
      reads(parser, input);
      long taken = THREADS.getCurrentThreadAllocatedBytes() - before;
      if (taken > MOST_BYTES) {
        throw new AssertionError(taken + " bytes were allocated");
      }
    }
    return refused;
  }

  private static boolean reads(FuzzTarget.Parser parser, byte[] input) throws Exception {
    try {
      parser.read(input);
      return true;
    } catch (PalimpsestException e) {
      return false;
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
