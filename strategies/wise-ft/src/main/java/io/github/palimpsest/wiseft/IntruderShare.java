package io.github.palimpsest.wiseft;

import io.github.palimpsest.api.component.Cost;
import io.github.palimpsest.api.component.Onset;
import io.github.palimpsest.api.component.Traits;
import io.github.palimpsest.api.parameter.ParameterSpec;
import io.github.palimpsest.api.probe.Probe;
import io.github.palimpsest.api.probe.ProbeProvider;
import io.github.palimpsest.api.probe.ProbeSite;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.random.RandomGenerator;

/**
 * Counts the directions that {@link Intruders} would shrink, over all kernels: {@code intruders},
 * their number; {@code share}, of all directions looked at; {@code energy}, the mean over kernels
 * of their part of the squared singular values looked at.
 *
 * @param top number of each kernel's largest directions that are looked at
 * @param epsilon a direction intrudes if it is less similar than this to all earlier ones
 */
record IntruderShare(int top, double epsilon) implements Probe {
  static final ProbeProvider PROVIDER =
      ProbeProvider.of(
              "intruder-share",
              "The directions of kernels that training put in and that they did not have before",
              "j < top intrudes if max_i |u0_i . u_j| < epsilon, u singular vectors of a kernel's"
                  + " outputs after training and u0 before; number, share, share of s^2")
          .settings(Intruders.TOP, Intruders.EPSILON)
          .traits(
              Traits.of(
                  Onset.AFTER_TRAINING,
                  Cost.NONE,
                  "Shuttleworth, Andreas, Torralba and Sharma 2024, LoRA vs full fine-tuning: an illusion of"
                      + " equivalence (arXiv:2410.21228)"))
          .creates(s -> new IntruderShare(s.get(Intruders.TOP), s.get(Intruders.EPSILON)));

  @Override
  public SortedMap<String, Double> measure(ProbeSite site, RandomGenerator rng) {
    double intruders = 0;
    double checked = 0;
    double energy = 0;
    int kernels = 0;
    for (ParameterSpec p : site.parameters()) {
      if (IntruderDirections.canHave(p)) {
        IntruderDirections found =
            IntruderDirections.of(
                site.pretrained().copy(p.name()),
                site.weights().copy(p.name()),
                Math.toIntExact(p.shape().get(1)),
                top,
                epsilon);
        intruders += found.intruders().size();
        checked += found.checked();
        energy += found.energy();
        kernels++;
      }
    }
    return new TreeMap<>(
        Map.of(
            "intruders",
            intruders,
            "share",
            checked == 0 ? 0 : intruders / checked,
            "energy",
            kernels == 0 ? 0 : energy / kernels));
  }

  @Override
  public long passes() {
    return 0;
  }
}
