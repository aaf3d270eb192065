package com.acme.rise;

import io.github.palimpsest.api.component.Cost;
import io.github.palimpsest.api.component.Onset;
import io.github.palimpsest.api.component.Traits;
import io.github.palimpsest.api.probe.Probe;
import io.github.palimpsest.api.probe.ProbeProvider;
import io.github.palimpsest.api.probe.ProbeSite;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.random.RandomGenerator;

/** {@code L(w)} and {@code L(w) - L(w_0)}, where w_0 are the weights before any training. */
record LossRise() implements Probe {
  static final ProbeProvider PROVIDER =
      ProbeProvider.of(
              "acme.loss-rise",
              "The loss, and how far it rose since before any training",
              "L(w), L(w) - L(w_0)")
          .traits(
              Traits.of(Onset.AFTER_TRAINING, Cost.NONE, "Goodfellow et al. 2015 (arXiv:1412.6544)"))
          .creates(s -> new LossRise());

  @Override
  public SortedMap<String, Double> measure(ProbeSite site, RandomGenerator rng) {
    double loss = site.loss(site.weights());
    return new TreeMap<>(Map.of("loss", loss, "rise", loss - site.loss(site.pretrained())));
  }

  @Override
  public long passes() {
    return 2;
  }
}
