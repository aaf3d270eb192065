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
 * Fisher SAM over any base optimizer: the ascent is measured by the Fisher information, taken as
 * the diagonal of the squared batch gradient:
 *
 * <pre>
 *   F = 1 + eta g^2,   e = rho F^-1 g / sqrt(g' F^-1 g)   (0 where g is 0)
 *   the base is given grad(w + e)
 * </pre>
 *
 * <p>Kim et al. 2022, arXiv:2206.04920: the inverse of the diagonal f is taken as 1 / (1 + eta f),
 * and f as the square of the gradient of the batch. With eta = 0 it is sam. Rules OPT-05 and
 * OPT-06.
 */
record FisherSam(Optimizer base, Schedule rho, double eta, Ascent ascent) implements Wrapper {
  static final Setting<Double> ETA =
      Setting.real("eta", 1, 0, Double.MAX_VALUE, "weight of the Fisher against plain distance");

  static final OptimizerProvider PROVIDER =
      OptimizerProvider.of(
              "fisher-sam",
              "Fisher SAM: the ascent is measured by a diagonal Fisher information",
              "F = 1 + eta g^2; e = rho F^-1 g / sqrt(g' F^-1 g); base step with the gradient at w"
                  + " + e")
          .settings(Sam.RHO, ETA, Ascent.ASCENT, Ascent.SPACE, ActingTasks.TASKS, BASE)
          .traits(
              s ->
                  Wrapper.traits(
                      s,
                      2,
                      0,
                      "Kim, Li, Hu and Hospedales 2022, Fisher SAM: information geometry and"
                          + " sharpness aware minimisation (arXiv:2206.04920)"))
          .with(OptimizerByTask.class, ActingTasks.BY_TASK)
          .creates(
              s ->
                  ActingTasks.only(
                      s, new FisherSam(s.get(BASE), s.get(Sam.RHO), s.get(ETA), Ascent.of(s))));

  @Override
  public Updates updates(StepContext c) {
    Ops tf = c.tf();
    Operand<TFloat32> radius = c.scheduled(rho);
    Operand<TFloat32> one = tf.constant(1f);
    Operand<TFloat32> weight = tf.constant((float) eta);
    GradientOracle perturbed =
        (w, terms, of) -> {
          Tensors g = ascent.gradient(c, w, terms, of);
          Tensors natural =
              g.map(x -> tf.math.div(x, tf.math.add(one, tf.math.mul(weight, tf.math.square(x)))));
          Operand<TFloat32> length = tf.math.sqrt(g.dot(tf, natural));
          Tensors e = natural.scale(tf, tf.math.divNoNan(radius, length));
          return ascent.top(c, w, e, terms, of);
        };
    return base.updates(Wrapper.inner(c).withOracle(perturbed));
  }
}
