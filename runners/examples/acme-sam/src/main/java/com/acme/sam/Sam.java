package com.acme.sam;

import io.github.palimpsest.api.optimizer.GradientOracle;
import io.github.palimpsest.api.optimizer.Optimizer;
import io.github.palimpsest.api.optimizer.OptimizerProvider;
import io.github.palimpsest.api.component.Promise;
import io.github.palimpsest.api.recipe.Schedule;
import io.github.palimpsest.api.component.Setting;
import io.github.palimpsest.api.optimizer.StepContext;
import io.github.palimpsest.api.parameter.Tensors;
import io.github.palimpsest.api.optimizer.Updates;
import io.github.palimpsest.api.optimizer.Ascent;
import io.github.palimpsest.api.optimizer.Wrapper;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;

/**
 * Sharpness-aware minimization over any base optimizer: {@code g = grad(w)}, {@code e = rho g /
 * |g|}, and the base is given {@code grad(w + e)} wherever it asks for {@code grad(w)}. Foret et
 * al. 2021, arXiv:2010.01412.
 */
record Sam(Optimizer base, Schedule rho) implements Wrapper {
  static final Setting<Schedule> RHO =
      Setting.schedule("rho", 0.05, 0, Double.MAX_VALUE, "radius of the ascent, an L2 norm");

  static final OptimizerProvider PROVIDER =
      OptimizerProvider.of(
              "acme.sam",
              "SAM: descends with the gradient at the top of a small ascent",
              "e = rho g / |g|; base step with the gradient at w + e")
          .settings(RHO, BASE)
          .traits(s -> Wrapper.traits(s, 2, 0, "Foret et al. 2021 (arXiv:2010.01412)"))
          .promises(Promise.EUCLIDEAN_ASCENT)
          .creates(s -> new Sam(s.get(BASE), s.get(RHO)));

  @Override
  public Updates updates(StepContext c) {
    Ops tf = c.tf();
    Operand<TFloat32> radius = c.scheduled(rho);
    GradientOracle perturbed =
        (w, terms, of) -> {
          Tensors g = c.oracle().at(w, terms, of).gradients().tensors();
          return c.oracle().at(w.plus(tf, Ascent.toRadius(tf, g, radius)), terms, of);
        };
    return base.updates(Wrapper.inner(c).withOracle(perturbed));
  }
}
