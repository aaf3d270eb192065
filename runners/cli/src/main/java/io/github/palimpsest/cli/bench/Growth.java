package io.github.palimpsest.cli.bench;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.palimpsest.api.discovery.Recipe;
import io.github.palimpsest.results.folder.Json;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.StringJoiner;
import java.util.function.BiFunction;
import java.util.function.ToIntFunction;
import org.hipparchus.stat.regression.SimpleRegression;

/**
 * How time grows with a size, such as a step's along one axis of a shape: {@code ms ~ size ^
 * exponent}, fitted by least squares on logarithms.
 *
 * @param axis what is varied
 * @param sizes the sizes, rising
 * @param millis the time of each, such as the median of its steps
 */
public record Growth(String axis, List<Integer> sizes, List<Double> millis) {
  private static final int[] QUARTERS = {2, 4, 6, 8};

  /** What is varied, from half to twice the shape's own size. */
  enum Axis {
    LAYERS(
        BenchShape::layers, (shape, quarters) -> shape.withLayers(shape.layers() * quarters / 4)),
    WIDTH(BenchShape::width, BenchShape::withWidth),
    BATCH(BenchShape::batch, (shape, quarters) -> shape.withBatch(shape.batch() * quarters / 4)),
    TOKENS(
        BenchShape::tokens, (shape, quarters) -> shape.withTokens(shape.tokens() * quarters / 4));

    private final ToIntFunction<BenchShape> size;
    private final BiFunction<BenchShape, Integer, BenchShape> varied;

    Axis(ToIntFunction<BenchShape> size, BiFunction<BenchShape, Integer, BenchShape> varied) {
      this.size = size;
      this.varied = varied;
    }
  }

  /** Steps of all sizes are taken in turn, so that all see the same machine. */
  static Growth measured(Axis axis, BenchShape shape, Recipe recipe, int steps) {
    List<Integer> sizes = new ArrayList<>();
    List<StepBench> benches = new ArrayList<>();
    try {
      for (int quarters : QUARTERS) {
        BenchShape varied = axis.varied.apply(shape, quarters);
        sizes.add(axis.size.applyAsInt(varied));
        benches.add(new StepBench(varied, recipe));
      }
      for (int i = 0; i < steps; i++) {
        benches.forEach(b -> b.step(steps));
      }
      return new Growth(
          axis.name().toLowerCase(Locale.ROOT),
          sizes,
          benches.stream().map(b -> b.times().wallMillis()).toList());
    } finally {
      benches.forEach(StepBench::close);
    }
  }

  /** The exponent: 1 is time in proportion. */
  public double exponent() {
    SimpleRegression line = new SimpleRegression();
    for (int i = 0; i < sizes.size(); i++) {
      line.addData(Math.log(sizes.get(i)), Math.log(millis.get(i)));
    }
    return line.getSlope();
  }

  /** One line for people. */
  public String text() {
    StringJoiner measured = new StringJoiner("  ");
    for (int i = 0; i < sizes.size(); i++) {
      measured.add(String.format(Locale.ROOT, "%d: %.1f ms", sizes.get(i), millis.get(i)));
    }
    return String.format(Locale.ROOT, "%-7s exponent %.2f   %s", axis, exponent(), measured);
  }

  /** The same for programs. */
  public ObjectNode json() {
    ObjectNode node = Json.object().put("axis", axis);
    ArrayNode of = node.putArray("sizes");
    sizes.forEach(of::add);
    ArrayNode took = node.putArray("median_ms");
    millis.forEach(m -> took.add(StepBench.rounded(m, 10)));
    return node.put("exponent", StepBench.rounded(exponent(), 1000));
  }
}
