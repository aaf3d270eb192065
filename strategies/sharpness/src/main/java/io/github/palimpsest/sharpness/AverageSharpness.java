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
 * Average-case sharpness {@code E L(w + v) - L(w)} over {@code v ~ N(0, sigma^2 I)}, about {@code
 * sigma^2 / 2 tr H}, and the worst of the draws.
 *
 * <p>Andriushchenko et al. 2023, arXiv:2302.07011.
 */
record AverageSharpness(double sigma, int draws) implements Probe {
  static final Setting<Double> SIGMA =
      Setting.real(
          "sigma", 0.01, 0, Double.MAX_VALUE, "standard deviation of each weight's change");
  static final Setting<Integer> DRAWS =
      Setting.integer("draws", 8, 1, 1_000_000, "how many random changes");

  static final ProbeProvider PROVIDER =
      ProbeProvider.of(
              "average-sharpness",
              "Mean rise of the loss under random changes of the weights",
              "mean over v ~ N(0, sigma^2 I) of L(w + v) - L(w)")
          .settings(SIGMA, DRAWS)
          .traits(
              Traits.of(
                  Onset.AFTER_TRAINING,
                  Cost.NONE,
                  "Andriushchenko et al. 2023, A modern look at sharpness (arXiv:2302.07011)"))
          .creates(s -> new AverageSharpness(s.get(SIGMA), s.get(DRAWS)));

  @Override
  public SortedMap<String, Double> measure(ProbeSite site, RandomGenerator rng) {
    List<WeightVector> changes = new ArrayList<>();
    for (int i = 0; i < draws; i++) {
      changes.add(WeightVector.draw(site, () -> sigma * rng.nextGaussian()));
    }
    return measure(site, changes);
  }

  static SortedMap<String, Double> measure(ProbeSite site, List<WeightVector> changes) {
    WeightVector w = WeightVector.of(site.weights());
    double loss = site.loss(site.weights());
    double sum = 0;
    double worst = Double.NEGATIVE_INFINITY;
    for (WeightVector v : changes) {
      double rise = site.loss(w.plus(1, v).snapshot()) - loss;
      sum += rise;
      worst = Math.max(worst, rise);
    }
    TreeMap<String, Double> measured = new TreeMap<>();
    measured.put("mean-rise", sum / changes.size());
    measured.put("worst-rise", worst);
    return measured;
  }

  @Override
  public long passes() {
    return 1L + draws;
  }
}
