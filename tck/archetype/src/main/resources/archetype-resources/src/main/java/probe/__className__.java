package ${package};

import io.github.palimpsest.api.probe.Probe;
import io.github.palimpsest.api.probe.ProbeSite;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.random.RandomGenerator;

/** The distance {@code |w - w_0|} from the weights before any training. */
record ${className}() implements Probe {
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
