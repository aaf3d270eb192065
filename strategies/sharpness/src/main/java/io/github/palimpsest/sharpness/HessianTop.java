package io.github.palimpsest.sharpness;

import io.github.palimpsest.api.component.Cost;
import io.github.palimpsest.api.component.Onset;
import io.github.palimpsest.api.component.Setting;
import io.github.palimpsest.api.component.Traits;
import io.github.palimpsest.api.probe.Probe;
import io.github.palimpsest.api.probe.ProbeProvider;
import io.github.palimpsest.api.probe.ProbeSite;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.random.RandomGenerator;

/**
 * The Hessian's eigenvalue of largest size by power iteration: {@code v <- H v / |H v|}, {@code
 * lambda = v . H v}, until lambda changes by less than the tolerance or the iterations are spent.
 *
 * <p>Yao et al. 2020, PyHessian, arXiv:1912.07145.
 */
record HessianTop(int iterations, double tolerance) implements Probe {
  static final Setting<Integer> ITERATIONS =
      Setting.integer("iterations", 100, 1, 1_000_000, "at most so many products");
  static final Setting<Double> TOLERANCE =
      Setting.real("tolerance", 1e-3, 0, 1, "relative change of lambda at which it stops");

  static final ProbeProvider PROVIDER =
      ProbeProvider.of(
              "hessian-top",
              "Largest curvature: the Hessian's top eigenvalue by power iteration",
              "v <- H v/|H v|, lambda = v . H v; H v = (g(w + h v) - g(w - h v)) / 2h")
          .settings(ITERATIONS, TOLERANCE)
          .traits(
              Traits.of(
                  Onset.AFTER_TRAINING, Cost.NONE, "Yao et al. 2020, PyHessian (arXiv:1912.07145)"))
          .creates(s -> new HessianTop(s.get(ITERATIONS), s.get(TOLERANCE)));

  @Override
  public SortedMap<String, Double> measure(ProbeSite site, RandomGenerator rng) {
    return measure(site, WeightVector.draw(site, rng::nextGaussian));
  }

  SortedMap<String, Double> measure(ProbeSite site, WeightVector start) {
    HessianProduct hessian = HessianProduct.at(site);
    WeightVector v = start.scale(1 / start.norm());
    WeightVector hv = hessian.times(v);
    double lambda = 0;
    int done = 0;
    for (boolean settled = false; done < iterations && !settled; done++) {
      double size = hv.norm();
      if (size == 0) {
        lambda = 0;
        break;
      }
      v = hv.scale(1 / size);
      hv = hessian.times(v);
      double before = lambda;
      lambda = v.dot(hv);
      settled = Math.abs(lambda - before) < tolerance * Math.abs(lambda);
    }
    TreeMap<String, Double> measured = new TreeMap<>();
    measured.put("eigenvalue", lambda);
    measured.put("iterations", (double) done);
    return measured;
  }

  @Override
  public long passes() {
    return (1L + iterations) * HessianProduct.PASSES;
  }
}
