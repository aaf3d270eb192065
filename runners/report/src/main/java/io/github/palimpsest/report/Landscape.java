package io.github.palimpsest.report;

import io.github.palimpsest.results.folder.ProbeResult;
import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.DoubleStream;

/**
 * The loss on a square grid around a cell's weights, as a probe measured it.
 *
 * @param cell the cell's id
 * @param probe the probe
 * @param on the examples for the loss
 * @param span the grid reaches from -span to span
 * @param z the loss, {@code z[i][j]} at {@code x_i}, {@code y_j}
 * @param values the other numbers of the measurement
 */
public record Landscape(
    String cell, String probe, String on, double span, double[][] z, Map<String, Double> values) {
  private static final Pattern POINT = Pattern.compile("z\\[(\\d+),(\\d+)]");
  private static final Pattern SPAN = Pattern.compile("\\bspan=([0-9.eE+-]+)");

  /** Copies the arrays. */
  public Landscape {
    z = copy(z);
    values = Map.copyOf(values);
  }

  @Override
  public double[][] z() {
    return copy(z);
  }

  private static double[][] copy(double[][] z) {
    double[][] copy = new double[z.length][];
    for (int i = 0; i < z.length; i++) {
      copy[i] = z[i].clone();
    }
    return copy;
  }

  /** The landscape in a measurement, if it is one. */
  public static Optional<Landscape> of(ProbeResult m) {
    int grid = 0;
    for (String name : m.values().keySet()) {
      grid += POINT.matcher(name).matches() ? 1 : 0;
    }
    int side = (int) Math.round(Math.sqrt(grid));
    if (side < 3 || side * side != grid) {
      return Optional.empty();
    }
    double[][] z = new double[side][side];
    java.util.TreeMap<String, Double> rest = new java.util.TreeMap<>();
    m.values()
        .forEach(
            (name, value) -> {
              Matcher point = POINT.matcher(name);
              if (point.matches()) {
                z[Integer.parseInt(point.group(1))][Integer.parseInt(point.group(2))] = value;
              } else {
                rest.put(name, value);
              }
            });
    Matcher span = SPAN.matcher(m.probe());
    return Optional.of(
        new Landscape(
            m.cell(),
            m.probe(),
            m.on(),
            span.find() ? Double.parseDouble(span.group(1)) : 1,
            z,
            rest));
  }

  /** The coordinate of a row or column. */
  double at(int index) {
    return -span + 2 * span * index / (z.length - 1);
  }

  double lowest() {
    return losses().min().orElseThrow();
  }

  double highest() {
    return losses().max().orElseThrow();
  }

  private DoubleStream losses() {
    return Arrays.stream(z).flatMapToDouble(Arrays::stream);
  }

  /** The grid as a table: x, y, loss; all digits. */
  public String csv() {
    StringBuilder out = new StringBuilder("x,y,loss\n");
    for (int i = 0; i < z.length; i++) {
      for (int j = 0; j < z.length; j++) {
        out.append(String.format(Locale.ROOT, "%s,%s,%s\n", at(i), at(j), z[i][j]));
      }
    }
    return out.toString();
  }
}
