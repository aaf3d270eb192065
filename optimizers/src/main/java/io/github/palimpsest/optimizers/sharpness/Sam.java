package io.github.palimpsest.optimizers.sharpness;

import io.github.palimpsest.api.component.Setting;
import io.github.palimpsest.api.optimizer.Ascent;
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
 * Sharpness-aware minimization over any base optimizer:
 *
 * <pre>
 *   g = grad(w),   e = rho g / |g|   (0 where |g| is 0)
 *   the base is given grad(w + e) wherever it asks for grad(w)
 * </pre>
 *
 * <p>Foret et al. 2021, arXiv:2010.01412. The norm is over all trainable parameters together; both
 * gradients are of the same batch. With {@code space=effective}, g and e are those of the weights
 * that the model sees through an adapter, as in full fine-tuning, and the base is given the
 * gradient of the adapter's parameters there. With {@code parts=m}, g, e and grad(w + e) are those
 * of one of m parts of the batch, and the base is given their mean by target tokens (m-sharpness);
 * with {@code ascent-share}, g is that of some of the examples. Rules OPT-05 and OPT-06.
 */
record Sam(Optimizer base, Schedule rho, Ascent ascent) implements Wrapper {
  static final Setting<Schedule> RHO =
      Setting.schedule(
          "rho",
          0.05,
          0,
          Double.MAX_VALUE,
          "radius of the ascent, an L2 norm over all trainable parameters");

  static final OptimizerProvider PROVIDER =
      OptimizerProvider.of(
              "sam",
              "Sharpness-aware minimization: descends with the gradient found at the top of a small"
                  + " ascent",
              "e = rho g / |g|; base step with the gradient at w + e")
          .settings(
              RHO, Ascent.ASCENT, Ascent.SPACE, Ascent.SHARE, Ascent.PARTS, ActingTasks.TASKS, BASE)
          .traits(
              s ->
                  Wrapper.traits(
                      s,
                      1 + s.get(Ascent.SHARE),
                      0,
                      "Foret, Kleiner, Mobahi and Neyshabur 2021, Sharpness-aware minimization for"
                          + " efficiently improving generalization (arXiv:2010.01412)"))
          .with(OptimizerByTask.class, ActingTasks.BY_TASK)
          .creates(s -> ActingTasks.only(s, new Sam(s.get(BASE), s.get(RHO), Ascent.cut(s))));

  @Override
  public Updates updates(StepContext c) {
    Ops tf = c.tf();
    Operand<TFloat32> radius = c.scheduled(rho);
    GradientOracle perturbed =
        (w, terms, of) -> {
          Tensors g = ascent.gradient(c, w, terms, of);
          return ascent.top(c, w, Ascent.toRadius(tf, g, radius), terms, of);
        };
    return base.updates(Wrapper.inner(c).withOracle(ascent.inParts(c, perturbed)));
  }
}
