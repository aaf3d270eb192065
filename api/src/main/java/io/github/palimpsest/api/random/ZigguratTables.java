package io.github.palimpsest.api.random;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;

/**
 * The numbers of {@link Ziggurat} for one density f. They are stored and not computed here, because
 * {@code exp} and {@code log} of Java are not exact to the last bit; the tests derive them.
 *
 * @param x x_j / 2^63, j = 0 .. n, falling, with x_n = 0
 * @param y f(x_j) / 2^63
 * @param keep of each of 256 columns: a signed random number below it stays in this column
 * @param alias of each column: the overhang of all other random numbers
 */
record ZigguratTables(double[] x, double[] y, long[] keep, int[] alias) {
  private static final int COLUMNS = 256;

  /** The tables of {@code normal} or {@code exponential}. */
  static ZigguratTables of(String density) {
    String file = "ziggurat-" + density + ".txt";
    double[] x = new double[COLUMNS];
    double[] y = new double[COLUMNS];
    long[] keep = new long[COLUMNS];
    int[] alias = new int[COLUMNS];
    int points = 0;
    for (String row : rows(file)) {
      String[] cells = row.split(" ");
      int j = Integer.parseInt(cells[0]);
      if (!cells[1].equals("-")) {
        x[j] = Double.parseDouble(cells[1]) * 0x1p-63;
        y[j] = Double.parseDouble(cells[2]) * 0x1p-63;
        points++;
      }
      keep[j] = Long.parseLong(cells[3]);
      alias[j] = Integer.parseInt(cells[4]);
    }
    return new ZigguratTables(Arrays.copyOf(x, points), Arrays.copyOf(y, points), keep, alias);
  }

  private static List<String> rows(String file) {
    try (InputStream in = ZigguratTables.class.getResourceAsStream(file)) {
      if (in == null) {
        throw new IllegalStateException("the JAR of the API lacks " + file);
      }
      return new BufferedReader(new InputStreamReader(in, StandardCharsets.US_ASCII))
          .lines()
          .filter(line -> !line.startsWith("#"))
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The number of layers: each has 1/256 of the area of f. */
  int layers() {
    return x.length - 1;
  }

  /** x at the fraction u / 2^63 of overhang j, from its inner end x_j to its outer end x_(j-1). */
  double x(int j, long u) {
    return x[j] * 0x1p63 + (x[j - 1] - x[j]) * u;
  }

  /** y at the fraction v / 2^63 of overhang j, from its upper end f(x_j) to its lower end. */
  double y(int j, long v) {
    return y[j] * 0x1p63 + (y[j - 1] - y[j]) * v;
  }

  /** The overhang that a random number of 64 bits chooses, each in proportion to its area. */
  int overhang(long bits) {
    int column = (int) bits & 0xFF;
    return bits < keep[column] ? column : alias[column];
  }
}
