package io.github.palimpsest.results.text;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.palimpsest.results.folder.Json;
import java.util.stream.DoubleStream;

/**
 * A summary of the values of several seeds.
 *
 * @param n the number of values
 * @param seeds the number of seeds, some of which may have no value
 * @param mean the mean of the values; NaN for none
 * @param deviation their standard deviation with n - 1; NaN for fewer than two
 */
public record Sample(int n, int seeds, double mean, double deviation) {

  /** The sample of the values that are numbers, of one for each seed. */
  public static Sample of(DoubleStream values) {
    double[] all = values.toArray();
    double[] v = DoubleStream.of(all).filter(Double::isFinite).toArray();
    double mean = DoubleStream.of(v).average().orElse(Double.NaN);
    double squares = DoubleStream.of(v).map(x -> (x - mean) * (x - mean)).sum();
    return new Sample(
        v.length,
        all.length,
        mean,
        v.length < 2 ? Double.NaN : Math.sqrt(squares / (v.length - 1)));
  }

  /** Whether some seeds have a value and others have none. */
  public boolean isPartial() {
    return n > 0 && n < seeds;
  }

  /** What follows the mean where it is of fewer seeds than its row has; empty otherwise. */
  public String part() {
    return isPartial() ? " (n=" + n + ")" : "";
  }

  ObjectNode json() {
    ObjectNode node = Json.object().put("n", n);
    return Double.isNaN(deviation)
        ? n == 0 ? node.putNull("mean").putNull("sd") : node.put("mean", mean).putNull("sd")
        : node.put("mean", mean).put("sd", deviation);
  }
}
