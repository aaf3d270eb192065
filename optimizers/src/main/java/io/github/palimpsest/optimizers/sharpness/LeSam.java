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
 * Loss-equated SAM over any base optimizer: the ascent is as long as raises the loss by sigma, to
 * first order, and not longer than a bound:
 *
 * <pre>
 *   sigma_t = sigma (1 + cos(pi t / T)) / 2
 *   g = grad(w),   rho_t = min(sigma_t / |g|, max-rho)
 *   the base is given grad(w + rho_t g / |g|)
 * </pre>
 *
 * <p>Wang et al. 2026, arXiv:2605.10183. Here t counts the steps of a task, and T is their number;
 * the budget falls over all of them; in the authors' code it is constant for the first 160 of 200
 * epochs. With {@code anneal=false} it is sigma, which may be a schedule itself. Rules OPT-05 and
 * OPT-06.
 */
record LeSam(Optimizer base, Schedule sigma, double maxRho, Ascent ascent) implements Wrapper {
  static final Setting<Schedule> SIGMA =
      Setting.schedule(
          "sigma", 0.1, 0, Double.MAX_VALUE, "rise of the loss that the ascent aims at, in nats");
  static final Setting<Double> MAX_RHO =
      Setting.real("max-rho", 0.05, 0, Double.MAX_VALUE, "largest radius of the ascent");
  static final Setting<Boolean> ANNEAL =
      Setting.flag("anneal", true, "lower sigma to 0 by a cosine over the steps of a task");

  static final OptimizerProvider PROVIDER =
      OptimizerProvider.of(
              "le-sam",
              "Loss-equated SAM: the ascent aims at a rise of the loss instead of a distance",
              "sigma_t = sigma (1 + cos(pi t / T)) / 2; rho_t = min(sigma_t / |g|, max-rho); base"
                  + " step with the gradient at w + rho_t g / |g|")
          .settings(SIGMA, MAX_RHO, ANNEAL, Ascent.ASCENT, Ascent.SPACE, ActingTasks.TASKS, BASE)
          .traits(
              s ->
                  Wrapper.traits(
                      s,
                      2,
                      0,
                      "Wang, Liu, Xie and Gao 2026, Fix the loss, not the radius: rethinking the"
                          + " adversarial perturbation of sharpness-aware minimization"
                          + " (arXiv:2605.10183)"))
          .with(OptimizerByTask.class, ActingTasks.BY_TASK)
          .creates(
              s ->
                  ActingTasks.only(
                      s,
                      new LeSam(
                          s.get(BASE),
                          s.get(ANNEAL) ? annealed(s.get(SIGMA)) : s.get(SIGMA),
                          s.get(MAX_RHO),
                          Ascent.of(s))));

  private static Schedule annealed(Schedule sigma) {
    return (t, total) -> sigma.at(t, total) * (1 + Math.cos(Math.PI * t / Math.max(1, total))) / 2;
  }

  @Override
  public Updates updates(StepContext c) {
    Ops tf = c.tf();
    Operand<TFloat32> budget = c.scheduled(sigma);
    Operand<TFloat32> most = tf.constant((float) maxRho);
    GradientOracle perturbed =
        (w, terms, of) -> {
          Tensors g = ascent.gradient(c, w, terms, of);
          Operand<TFloat32> radius = tf.math.minimum(tf.math.divNoNan(budget, g.norm(tf)), most);
          return ascent.top(c, w, Ascent.toRadius(tf, g, radius), terms, of);
        };
    return base.updates(Wrapper.inner(c).withOracle(perturbed));
  }
}
