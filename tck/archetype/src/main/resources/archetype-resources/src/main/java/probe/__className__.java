package ${package};

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

/** The distance {@code |w - w_0|} from the weights before any training. */
record ${className}() implements Probe {
  /** Its name in recipes, its settings with their defaults, and what it costs. */
  static final ProbeProvider PROVIDER =
      ProbeProvider.of(
              "${id}",
              "How far the weights have moved from before any training",
              "|w - w_0|")
          .traits(
              Traits.of(
                  Onset.AFTER_TRAINING,
                  Cost.NONE,
                  "Li et al. 2018, Explicit inductive bias (arXiv:1802.01483)"))
          .creates(s -> new ${className}());

  @Override
  public SortedMap<String, Double> measure(ProbeSite site, RandomGenerator rng) {
    double square = 0;
    for (String name : site.weights().names()) {
      float[] w = site.weights().copy(name);
      float[] w0 = site.pretrained().copy(name);
      for (int i = 0; i < w.length; i++) {
        double moved = (double) w[i] - w0[i];
        square += moved * moved;
      }
    }
    return new TreeMap<>(Map.of("distance", Math.sqrt(square)));
  }

  @Override
  public long passes() {
    return 0;
  }
}
