package io.github.palimpsest.testing;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;

/**
 * Inputs made from valid ones by changes that break parsers: flipped bits, values at the ends of
 * their ranges, deep nesting, parts left out, repeated or swapped with another input. Input {@code
 * n} of a name is the same bytes everywhere.
 */
final class Mutations {
  private static final int MOST_CHANGES = 6;
  private static final int LONGEST = 1 << 16;

  private static final List<String> PIECES =
      List.of(
          "null",
          "true",
          "{}",
          "[]",
          "\"\"",
          "-1",
          "0",
          "1e999",
          "-0.0",
          "NaN",
          "Infinity",
          "1e-400",
          "2147483647",
          "2147483648",
          "9223372036854775807",
          "9223372036854775808",
          "-9223372036854775808",
          "18446744073709551616",
          "0.1",
          "\\u0000",
          "\\ud800",
          "\u0000",
          "\u00e9",
          "e\u0301",
          "\ud83d\ude00",
          "\ufeff",
          "\u202e",
          "..",
          "../../x",
          "/",
          "\\",
          "~",
          "*",
          "[1]",
          "'",
          "\"",
          "\"\"\"",
          "`",
          "${x}",
          "%s",
          "%n",
          "\n",
          "\r\n",
          "\t",
          " ",
          "#",
          "--- ",
          "&a",
          "*a",
          "!!java.net.URL",
          "? ",
          ": ",
          "- ",
          "|",
          "+",
          "=",
          "(",
          ")",
          "((((((((",
          "[[[[[[[[",
          "{{{{{{{{",
          "{\"a\":{\"a\":{\"a\":",
          ",",
          ",,",
          ";",
          "//",
          "/*",
          "U+0000");

  private final List<byte[]> seeds;
  private final long name;

  /**
   * @param name what is tried
   * @param seeds valid inputs, at least one
   */
  Mutations(String name, List<byte[]> seeds) {
    this.seeds = List.copyOf(seeds);
    this.name = name.hashCode();
  }

  /** Input number {@code n}; the first ones are the seeds as they are. */
  byte[] input(long n) {
    if (n < seeds.size()) {
      return seeds.get((int) n).clone();
    }
    SplittableRandom random = new SplittableRandom(name * 0x9E3779B97F4A7C15L + n);
    byte[] input = seed(random);
    for (int change = random.nextInt(MOST_CHANGES); change >= 0; change--) {
      input = changed(input, random);
    }
    return input;
  }

  private byte[] seed(SplittableRandom random) {
    return seeds.get(random.nextInt(seeds.size()));
  }

  private byte[] changed(byte[] in, SplittableRandom random) {
    int at = random.nextInt(in.length + 1);
    int length = random.nextInt(Math.min(in.length - at, random.nextBoolean() ? 8 : 256) + 1);
    return switch (random.nextInt(9)) {
      case 0 -> flipped(in, random);
      case 1 -> with(in, at, 1, new byte[] {(byte) random.nextInt(256)});
      case 2 -> with(in, at, 0, piece(random));
      case 3 -> with(in, at, length, piece(random));
      case 4 -> with(in, at, length, new byte[0]);
      case 5 -> with(in, at, 0, Arrays.copyOfRange(in, at, at + length));
      case 6 -> Arrays.copyOf(in, at);
      case 7 -> with(in, at, length, part(seed(random), random));
      default -> with(in, at, 0, repeated(piece(random), random));
    };
  }

  private static byte[] flipped(byte[] in, SplittableRandom random) {
    byte[] out = in.clone();
    if (out.length > 0) {
      out[random.nextInt(out.length)] ^= (byte) (1 << random.nextInt(8));
    }
    return out;
  }

  private static byte[] piece(SplittableRandom random) {
    return PIECES.get(random.nextInt(PIECES.size())).getBytes(StandardCharsets.UTF_8);
  }

  private static byte[] repeated(byte[] piece, SplittableRandom random) {
    int times = 1 << random.nextInt(12);
    byte[] out = new byte[piece.length * times];
    for (int i = 0; i < out.length; i++) {
      out[i] = piece[i % piece.length];
    }
    return out;
  }

  private static byte[] part(byte[] of, SplittableRandom random) {
    int from = random.nextInt(of.length + 1);
    int to = from + random.nextInt(Math.min(of.length - from, 256) + 1);
    return Arrays.copyOfRange(of, from, to);
  }

  private static byte[] with(byte[] in, int at, int left, byte[] put) {
    int end = Math.min(in.length, at + left);
    byte[] out = new byte[at + put.length + in.length - end];
    if (out.length > LONGEST) {
      return in;
    }
    System.arraycopy(in, 0, out, 0, at);
    System.arraycopy(put, 0, out, at, put.length);
    System.arraycopy(in, end, out, at + put.length, in.length - end);
    return out;
  }
}
