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

/** The distance {@code |w - w_0|} from the weights before any training, and its share of |w_0|. */
record WeightDistance() implements Probe {
  static final ProbeProvider PROVIDER =
      ProbeProvider.of(
              "weight-distance",
              "How far the weights have moved from before any training",
              "|w - w_0|, |w - w_0| / |w_0|")
          .traits(
              Traits.of(
                  Onset.AFTER_TRAINING,
                  Cost.NONE,
                  "Li et al. 2018, Explicit inductive bias (L2-SP; arXiv:1802.01483)"))
          .creates(s -> new WeightDistance());

  @Override
  public SortedMap<String, Double> measure(ProbeSite site, RandomGenerator rng) {
    WeightVector start = WeightVector.of(site.pretrained());
    double moved = WeightVector.of(site.weights()).plus(-1, start).norm();
    TreeMap<String, Double> measured = new TreeMap<>();
    measured.put("distance", moved);
    if (start.norm() > 0) {
      measured.put("relative-distance", moved / start.norm());
    }
    return measured;
  }

  @Override
  public long passes() {
    return 0;
  }
}
