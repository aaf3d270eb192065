package io.github.palimpsest.optimizers.sharpness;

import io.github.palimpsest.api.optimizer.Ascent;
import io.github.palimpsest.api.optimizer.Evaluated;
import io.github.palimpsest.api.optimizer.GradientOracle;
import io.github.palimpsest.api.optimizer.Optimizer;
import io.github.palimpsest.api.optimizer.OptimizerByTask;
import io.github.palimpsest.api.optimizer.OptimizerProvider;
import io.github.palimpsest.api.optimizer.StepContext;
import io.github.palimpsest.api.optimizer.Updates;
import io.github.palimpsest.api.optimizer.Wrapper;
import io.github.palimpsest.api.parameter.Tensors;
import io.github.palimpsest.api.recipe.Schedule;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;

/**
 * Stable SAM over any base optimizer: the gradient at the top of the ascent, with the length of the
 * gradient at its foot:
 *
 * <pre>
 *   g = grad(w),   p = grad(w + rho g / |g|)
 *   the base is given |g| / |p| p   (0 where |p| is 0)
 * </pre>
 *
 * <p>Tan et al. 2024, arXiv:2401.07250. Both norms are over all trainable parameters together. With
 * {@code ascent=data}, g has no penalties, and its norm neither. A base that does not depend on the
 * length of a gradient, such as lion, makes the steps of sam. Rules OPT-05 and OPT-06.
 */
record StableSam(Optimizer base, Schedule rho, Ascent ascent) implements Wrapper {
  static final OptimizerProvider PROVIDER =
      OptimizerProvider.of(
              "ssam",
              "Stable SAM: the gradient found at the top of the ascent, as long as the one at its"
                  + " foot",
              "p = grad(w + rho g / |g|); base step with |g| / |p| p")
          .settings(Sam.RHO, Ascent.ASCENT, Ascent.SPACE, ActingTasks.TASKS, BASE)
          .traits(
              s ->
                  Wrapper.traits(
                      s,
                      2,
                      0,
                      "Tan et al. 2024, Stabilizing sharpness-aware minimization through a simple"
                          + " renormalization strategy (arXiv:2401.07250)"))
          .with(OptimizerByTask.class, ActingTasks.BY_TASK)
          .creates(
              s -> ActingTasks.only(s, new StableSam(s.get(BASE), s.get(Sam.RHO), Ascent.of(s))));

  @Override
  public Updates updates(StepContext c) {
    Ops tf = c.tf();
    Operand<TFloat32> radius = c.scheduled(rho);
    GradientOracle renormalized =
        (w, terms, of) -> {
          Evaluated foot = ascent.foot(c, w, terms, of);
          Tensors climbed = ascent.space(c).gradient(foot).tensors();
          Evaluated top = ascent.top(c, w, Ascent.toRadius(tf, climbed, radius), terms, of);
          Operand<TFloat32> g = foot.gradients().tensors().norm(tf);
          Operand<TFloat32> p = top.gradients().tensors().norm(tf);
          return top.scaled(tf, tf.math.divNoNan(g, p));
        };
    return base.updates(Wrapper.inner(c).withOracle(renormalized));
  }
}
