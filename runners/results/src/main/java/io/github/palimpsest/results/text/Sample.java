package io.github.palimpsest.results.text;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.palimpsest.results.folder.Json;
import java.util.stream.DoubleStream;

/**
 * Numbers of several seeds in short.
 *
 * @param n how many there are
 * @param mean their mean; NaN for none
 * @param deviation their standard deviation with n - 1; NaN for fewer than two
 */
public record Sample(int n, double mean, double deviation) {

  /** Of the values that are numbers. */
  public static Sample of(DoubleStream values) {
    double[] v = values.filter(Double::isFinite).toArray();
    double mean = DoubleStream.of(v).average().orElse(Double.NaN);
    double squares = DoubleStream.of(v).map(x -> (x - mean) * (x - mean)).sum();
    return new Sample(
        v.length, mean, v.length < 2 ? Double.NaN : Math.sqrt(squares / (v.length - 1)));
  }

  ObjectNode json() {
    ObjectNode node = Json.object().put("n", n);
    return Double.isNaN(deviation)
        ? n == 0 ? node.putNull("mean").putNull("sd") : node.put("mean", mean).putNull("sd")
        : node.put("mean", mean).put("sd", deviation);
  }
}
