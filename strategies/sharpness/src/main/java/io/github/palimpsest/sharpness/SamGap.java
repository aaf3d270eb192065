package io.github.palimpsest.sharpness;

import io.github.palimpsest.api.component.Cost;
import io.github.palimpsest.api.component.Onset;
import io.github.palimpsest.api.component.Setting;
import io.github.palimpsest.api.component.Traits;
import io.github.palimpsest.api.parameter.ParameterSpec;
import io.github.palimpsest.api.probe.Probe;
import io.github.palimpsest.api.probe.ProbeProvider;
import io.github.palimpsest.api.probe.ProbeSite;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.random.RandomGenerator;

/**
 * The surrogate gap {@code L(w + e) - L(w)} with SAM's {@code e = rho g / |g|}, or ASAM's {@code e
 * = rho T^2 g / |T g|} with {@code T = |w| + eta} on kernels and tables and 1 on norms and biases;
 * 0 where the gradient is 0. The T is that of {@code asam(scale=no-norms)}.
 *
 * <p>Zhuang et al. 2022, arXiv:2203.08065; Kwon et al. 2021, arXiv:2102.11600.
 */
record SamGap(double rho, boolean adaptive, double eta) implements Probe {
  static final Setting<Double> RHO =
      Setting.real("rho", 0.05, 0, Double.MAX_VALUE, "radius of the ascent over all parameters");
  static final Setting<Boolean> ADAPTIVE =
      Setting.flag("adaptive", false, "scale the ascent by the weights, as ASAM does");
  static final Setting<Double> ETA =
      Setting.real("eta", 0.01, 0, Double.MAX_VALUE, "added to |w| if adaptive");

  static final ProbeProvider PROVIDER =
      ProbeProvider.of(
              "sam-gap",
              "Rise of the loss at the point to which SAM ascends",
              "L(w + e) - L(w); e = rho g/|g|, adaptive: e = rho T^2 g/|T g|, T = |w| + eta")
          .settings(RHO, ADAPTIVE, ETA)
          .traits(
              Traits.of(
                  Onset.AFTER_TRAINING,
                  Cost.NONE,
                  "Zhuang et al. 2022, Surrogate gap minimization (arXiv:2203.08065)"))
          .creates(s -> new SamGap(s.get(RHO), s.get(ADAPTIVE), s.get(ETA)));

  @Override
  public SortedMap<String, Double> measure(ProbeSite site, RandomGenerator rng) {
    WeightVector w = WeightVector.of(site.weights());
    WeightVector g = WeightVector.of(site.gradient(site.weights()));
    double loss = site.loss(site.weights());
    WeightVector t = scale(site, w);
    double norm = t.zip(g, (a, b) -> a * b).norm();
    double factor = norm == 0 ? 0 : rho / norm;
    WeightVector e = t.zip(g, (a, b) -> factor * a * a * b);
    double climbed = site.loss(w.plus(1, e).snapshot());
    TreeMap<String, Double> measured = new TreeMap<>();
    measured.put("loss", loss);
    measured.put("gap", climbed - loss);
    measured.put("gradient-norm", g.norm());
    return measured;
  }

  private WeightVector scale(ProbeSite site, WeightVector w) {
    TreeMap<String, Boolean> scaled = new TreeMap<>();
    for (ParameterSpec p : site.parameters()) {
      scaled.put(
          p.name(),
          adaptive && p.role() != ParameterSpec.Role.NORM && p.role() != ParameterSpec.Role.BIAS);
    }
    return w.mapNamed((name, v) -> scaled.get(name) ? Math.abs(v) + eta : 1);
  }

  @Override
  public long passes() {
    return 5;
  }
}
