package io.github.palimpsest.optimizers.sharpness;

import io.github.palimpsest.api.component.Setting;
import io.github.palimpsest.api.optimizer.Ascent;
import io.github.palimpsest.api.optimizer.Evaluated;
import io.github.palimpsest.api.optimizer.GradientOracle;
import io.github.palimpsest.api.optimizer.Optimizer;
import io.github.palimpsest.api.optimizer.OptimizerByTask;
import io.github.palimpsest.api.optimizer.OptimizerProvider;
import io.github.palimpsest.api.optimizer.StepContext;
import io.github.palimpsest.api.optimizer.Updates;
import io.github.palimpsest.api.optimizer.WeightSpace;
import io.github.palimpsest.api.optimizer.Wrapper;
import io.github.palimpsest.api.parameter.Params;
import io.github.palimpsest.api.parameter.Tensors;
import io.github.palimpsest.api.recipe.Schedule;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;

/**
 * C-Flat over any base optimizer: also descends the first-order flatness, the gradient's norm on
 * the top of an ascent; made for continual learning:
 *
 * <pre>
 *   g0 = grad(w),                g1 = grad(w + rho g0 / |g0|)
 *   e1 = rho (g1 - g0) / |g1 - g0|
 *   g2 = grad(w + e1),           g3 = grad(w + e1 + rho g2 / |g2|)
 *   the base is given g1 + lambda (g3 - g2)
 * </pre>
 *
 * <p>Bian et al. 2024, arXiv:2404.00986. Rules OPT-04 to OPT-06.
 */
record CFlat(Optimizer base, Schedule rho, double lambda, Ascent ascent) implements Wrapper {
  static final Setting<Schedule> RHO =
      Setting.schedule("rho", 0.2, 0, Double.MAX_VALUE, "radius of each ascent, an L2 norm");
  static final Setting<Double> LAMBDA =
      Setting.real("lambda", 0.2, 0, Double.MAX_VALUE, "weight of the first-order flatness");

  static final OptimizerProvider PROVIDER =
      OptimizerProvider.of(
              "c-flat",
              "C-Flat: zeroth- and first-order flatness together, for continual learning",
              "g1 = grad(w + rho g0 / |g0|); e1 = rho (g1 - g0) / |g1 - g0|; g2 = grad(w + e1); g3"
                  + " = grad(w + e1 + rho g2 / |g2|); base step with g1 + lambda (g3 - g2)")
          .settings(RHO, LAMBDA, Ascent.ASCENT, Ascent.SPACE, ActingTasks.TASKS, BASE)
          .traits(
              s ->
                  Wrapper.traits(
                      s,
                      4,
                      0,
                      "Bian et al. 2024, Make continual learning stronger via C-Flat"
                          + " (arXiv:2404.00986)"))
          .with(OptimizerByTask.class, ActingTasks.BY_TASK)
          .creates(
              s ->
                  ActingTasks.only(
                      s, new CFlat(s.get(BASE), s.get(RHO), s.get(LAMBDA), Ascent.of(s))));

  @Override
  public Updates updates(StepContext c) {
    Ops tf = c.tf();
    Operand<TFloat32> radius = c.scheduled(rho);
    Operand<TFloat32> weight = tf.constant((float) lambda);
    WeightSpace space = ascent.space(c);
    GradientOracle flat =
        (w, terms, of) -> {
          Tensors g0 = ascent.gradient(c, w, terms, of);
          Evaluated top = ascent.top(c, w, Ascent.toRadius(tf, g0, radius), terms, of);
          Tensors gap = space.gradient(top).tensors().minus(tf, g0);
          Params side = space.moved(w, Ascent.toRadius(tf, gap, radius));
          Evaluated beside = c.oracle().at(side, terms, of);
          Tensors e2 = Ascent.toRadius(tf, space.gradient(beside).tensors(), radius);
          Evaluated over = ascent.top(c, side, e2, terms, of);
          Tensors g1 = top.gradients().tensors();
          Tensors g2 = beside.gradients().tensors();
          Tensors g3 = over.gradients().tensors();
          Tensors g = g1.plus(tf, g3.minus(tf, g2).scale(tf, weight));
          return top.with(g);
        };
    return base.updates(Wrapper.inner(c).withOracle(flat));
  }
}
