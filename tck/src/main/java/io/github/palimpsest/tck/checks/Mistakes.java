package io.github.palimpsest.tck.checks;

import io.github.palimpsest.tck.rig.Named;
import io.github.palimpsest.tck.rig.OptimizerRig.Asked;
import io.github.palimpsest.tck.rig.OptimizerRig.Step;
import java.util.List;
import java.util.Locale;

/** The values that typical mistakes produce. */
final class Mistakes {
  private Mistakes() {}

  /** The mistake that gives an update at some weights, in words; empty if none is known. */
  static String ofUpdate(Step step, Named weights) {
    Named update = step.updates();
    if (update.zero()) {
      return "no step at all";
    }
    double decay = update.multipleOf(weights);
    if (decay < 0) {
      return String.format(Locale.ROOT, "exactly a decay of the weights by %.4g", -decay);
    }
    List<Asked> asked = step.asked();
    for (Asked a : asked) {
      Named ascent = a.point().minus(weights);
      if (!ascent.zero() && update.near(ascent, 1e-3, 0)) {
        return "exactly the perturbation e: the step goes on from w + e and never takes it back";
      }
    }
    for (Asked a : asked) {
      double factor = update.multipleOf(a.gradient());
      if (a.point().same(weights) && factor < 0) {
        return String.format(Locale.ROOT, "exactly a plain SGD step with lr %.4g", -factor);
      }
    }
    for (Asked a : asked) {
      Named ascent = a.point().minus(weights);
      double factor = update.minus(ascent).multipleOf(a.gradient());
      if (!ascent.zero() && factor < 0) {
        return String.format(
            Locale.ROOT, "e - %.4g times the second gradient: e is never taken back", -factor);
      }
    }
    return "";
  }
}
