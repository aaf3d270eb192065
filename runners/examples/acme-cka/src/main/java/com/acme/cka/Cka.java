package com.acme.cka;

import io.github.palimpsest.api.component.Cost;
import io.github.palimpsest.api.component.Onset;
import io.github.palimpsest.api.component.Traits;
import io.github.palimpsest.api.data.HostArray;
import io.github.palimpsest.api.probe.Probe;
import io.github.palimpsest.api.probe.ProbeProvider;
import io.github.palimpsest.api.probe.ProbeSite;
import java.util.List;
import java.util.Locale;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.random.RandomGenerator;

/**
 * Linear centred kernel alignment of what the model computes between its layers and before any
 * training: {@code |Y'X|^2 / (|X'X| |Y'Y|)} with Frobenius norms, X and Y {@code [examples, width]}
 * with their column means taken away. It is 1 for representations that differ by a rotation and a
 * scale. With few examples for the width it is too high.
 */
record Cka() implements Probe {
  static final ProbeProvider PROVIDER =
      ProbeProvider.of(
              "acme.cka",
              "How similar the representations of each layer are to those before any training",
              "|Y'X|^2 / (|X'X| |Y'Y|), X and Y centred, of each layer's outputs and the logits")
          .traits(
              Traits.of(
                  Onset.AFTER_TRAINING,
                  Cost.NONE,
                  "Kornblith et al. 2019, Similarity of representations (arXiv:1905.00414)"))
          .creates(s -> new Cka());

  @Override
  public SortedMap<String, Double> measure(ProbeSite site, RandomGenerator rng) {
    List<HostArray.Floats> now = site.representations(site.weights());
    List<HostArray.Floats> before = site.representations(site.pretrained());
    TreeMap<String, Double> all = new TreeMap<>();
    for (int k = 0; k < now.size(); k++) {
      String name = k + 1 == now.size() ? "logits" : String.format(Locale.ROOT, "layer-%03d", k);
      all.put(name, alignment(centred(now.get(k)), centred(before.get(k))));
    }
    return all;
  }

  @Override
  public long passes() {
    return 2;
  }

  /** Of centred rows; 1 if neither varies, 0 if only one does. */
  static double alignment(double[][] x, double[][] y) {
    double own = square(x, x);
    double other = square(y, y);
    if (own == 0 || other == 0) {
      return own == other ? 1 : 0;
    }
    return square(x, y) / Math.sqrt(own * other);
  }

  /** {@code |Y'X|^2 = sum over pairs of rows i, j of (x_i . x_j) (y_i . y_j)}. */
  private static double square(double[][] x, double[][] y) {
    double sum = 0;
    for (int i = 0; i < x.length; i++) {
      for (int j = 0; j < x.length; j++) {
        sum += dot(x[i], x[j]) * dot(y[i], y[j]);
      }
    }
    return sum;
  }

  private static double dot(double[] a, double[] b) {
    double sum = 0;
    for (int i = 0; i < a.length; i++) {
      sum += a[i] * b[i];
    }
    return sum;
  }

  static double[][] centred(HostArray.Floats of) {
    int rows = Math.toIntExact(of.shape()[0]);
    float[] values = of.toArray();
    int width = values.length / rows;
    double[][] x = new double[rows][width];
    for (int j = 0; j < width; j++) {
      double mean = 0;
      for (int i = 0; i < rows; i++) {
        mean += values[i * width + j] / (double) rows;
      }
      for (int i = 0; i < rows; i++) {
        x[i][j] = values[i * width + j] - mean;
      }
    }
    return x;
  }
}
