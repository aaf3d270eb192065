package io.github.palimpsest.sharpness;

import io.github.palimpsest.api.component.Cost;
import io.github.palimpsest.api.component.Onset;
import io.github.palimpsest.api.component.Setting;
import io.github.palimpsest.api.component.Traits;
import io.github.palimpsest.api.probe.Probe;
import io.github.palimpsest.api.probe.ProbeProvider;
import io.github.palimpsest.api.probe.ProbeSite;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.random.RandomGenerator;

/**
 * The Hessian's trace by Hutchinson's estimator: the mean of {@code z . H z} over random signs
 * {@code z}, with its standard error.
 *
 * <p>Hutchinson 1990; Yao et al. 2020, PyHessian, arXiv:1912.07145.
 */
record HessianTrace(int draws) implements Probe {
  static final Setting<Integer> DRAWS =
      Setting.integer("draws", 16, 1, 1_000_000, "how many random sign vectors");

  static final ProbeProvider PROVIDER =
      ProbeProvider.of(
              "hessian-trace",
              "Mean curvature: the Hessian's trace by random signs",
              "mean over z in {-1, 1}^P of z . H z")
          .settings(DRAWS)
          .traits(
              Traits.of(
                  Onset.AFTER_TRAINING, Cost.NONE, "Yao et al. 2020, PyHessian (arXiv:1912.07145)"))
          .creates(s -> new HessianTrace(s.get(DRAWS)));

  @Override
  public SortedMap<String, Double> measure(ProbeSite site, RandomGenerator rng) {
    List<WeightVector> signs = new ArrayList<>();
    for (int i = 0; i < draws; i++) {
      signs.add(WeightVector.draw(site, () -> rng.nextBoolean() ? 1 : -1));
    }
    return measure(site, signs);
  }

  static SortedMap<String, Double> measure(ProbeSite site, List<WeightVector> signs) {
    HessianProduct hessian = HessianProduct.at(site);
    double[] estimates = signs.stream().mapToDouble(z -> z.dot(hessian.times(z))).toArray();
    double mean = 0;
    for (double e : estimates) {
      mean += e / estimates.length;
    }
    double squares = 0;
    for (double e : estimates) {
      squares += (e - mean) * (e - mean);
    }
    int n = estimates.length;
    TreeMap<String, Double> measured = new TreeMap<>();
    measured.put("trace", mean);
    if (n > 1) {
      measured.put("standard-error", Math.sqrt(squares / (n - 1) / n));
    }
    return measured;
  }

  @Override
  public long passes() {
    return draws * HessianProduct.PASSES;
  }
}
