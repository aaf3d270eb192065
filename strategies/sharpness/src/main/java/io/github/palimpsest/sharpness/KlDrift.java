package io.github.palimpsest.sharpness;

import io.github.palimpsest.api.component.Cost;
import io.github.palimpsest.api.component.Onset;
import io.github.palimpsest.api.component.Traits;
import io.github.palimpsest.api.probe.Probe;
import io.github.palimpsest.api.probe.ProbeProvider;
import io.github.palimpsest.api.probe.ProbeSite;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.random.RandomGenerator;

/**
 * How far the predictions have moved from before any training: {@code KL(p_0 || p)} and {@code KL(p
 * || p_0)}, in nats per target token.
 *
 * <p>Shenfeld et al. 2025, arXiv:2509.04259, where forgetting follows the divergence.
 */
record KlDrift() implements Probe {
  static final ProbeProvider PROVIDER =
      ProbeProvider.of(
              "kl-drift",
              "How far the predictions have moved from before any training",
              "mean over target tokens of KL(p_0 || p) and of KL(p || p_0)")
          .traits(
              Traits.of(
                  Onset.AFTER_TRAINING,
                  Cost.NONE,
                  "Shenfeld et al. 2025, RL's razor (arXiv:2509.04259)"))
          .creates(s -> new KlDrift());

  @Override
  public SortedMap<String, Double> measure(ProbeSite site, RandomGenerator rng) {
    TreeMap<String, Double> measured = new TreeMap<>();
    measured.put("forward", site.divergence(site.pretrained(), site.weights()));
    measured.put("reverse", site.divergence(site.weights(), site.pretrained()));
    return measured;
  }

  @Override
  public long passes() {
    return 4;
  }
}
