package io.github.palimpsest.optimizers.sharpness;

import io.github.palimpsest.api.component.Setting;
import io.github.palimpsest.api.optimizer.Ascent;
import io.github.palimpsest.api.optimizer.Examples;
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
 * Efficient SAM over any base optimizer: perturbs some of the weights, and descends on the examples
 * whose loss rises most:
 *
 * <pre>
 *   g = grad(w),   e = rho / beta m g / |g|,   m_i = 1 with chance beta, else 0
 *   the base is given grad(w + e) on the share gamma of the examples with the largest
 *   l(w + e) - l(w)
 * </pre>
 *
 * <p>Du et al. 2022, arXiv:2110.03141. l is an example's loss per target token; equal rises are
 * chosen together. The choice is made over the whole step, however it is cut into micro-batches.
 * With {@code mask=tensor}, as in the authors' code, a tensor is perturbed as a whole or not at
 * all; |g| is over all tensors as in the paper, and in that code over the perturbed ones. Finding
 * the examples takes a forward pass over all of them. Rules OPT-05 and OPT-06.
 */
record Esam(Optimizer base, Schedule rho, double beta, double gamma, Mask mask, Ascent ascent)
    implements Wrapper {
  /** The unit that is perturbed as a whole or not at all. */
  enum Mask {
    /** Each weight by itself. */
    ELEMENT,
    /** Each tensor. */
    TENSOR
  }

  static final Setting<Double> BETA =
      Setting.real("beta", 0.5, 1e-6, 1, "chance of a weight to be perturbed; 1 for all");
  static final Setting<Double> GAMMA =
      Setting.real("gamma", 0.5, 1e-6, 1, "share of the examples that are descended; 1 for all");
  static final Setting<Mask> MASK =
      Setting.choice(
          "mask",
          Mask.class,
          Mask.ELEMENT,
          "unit of the random choice: each weight or each tensor");

  static final OptimizerProvider PROVIDER =
      OptimizerProvider.of(
              "esam",
              "Efficient SAM: perturbs some weights, and descends on the examples whose loss rises"
                  + " most",
              "e = rho / beta m g / |g|, m_i = 1 with chance beta, else 0; base step with the"
                  + " gradient at w + e of the share gamma of the examples with the largest l(w +"
                  + " e) - l(w)")
          .settings(
              Sam.RHO, BETA, GAMMA, MASK, Ascent.ASCENT, Ascent.SPACE, ActingTasks.TASKS, BASE)
          .traits(
              s ->
                  Wrapper.traits(
                      s,
                      s.get(GAMMA) == 1 ? 2 : 1 + Examples.FORWARD + s.get(GAMMA),
                      0,
                      "Du et al. 2022, Efficient sharpness-aware minimization for improved training"
                          + " of neural networks (arXiv:2110.03141)"))
          .with(OptimizerByTask.class, ActingTasks.BY_TASK)
          .creates(
              s ->
                  ActingTasks.only(
                      s,
                      new Esam(
                          s.get(BASE),
                          s.get(Sam.RHO),
                          s.get(BETA),
                          s.get(GAMMA),
                          s.get(MASK),
                          Ascent.of(s))));

  @Override
  public Updates updates(StepContext c) {
    Ops tf = c.tf();
    Operand<TFloat32> radius = c.scheduled((t, total) -> rho.at(t, total) / beta);
    WeightSpace space = ascent.space(c);
    GradientOracle perturbed =
        (w, terms, of) -> {
          Tensors g = ascent.gradient(c, w, terms, of);
          Tensors e = masked(c, space.weights(w), Ascent.toRadius(tf, g, radius));
          Params top = space.moved(w, e);
          return c.oracle().at(top, terms, gamma == 1 ? of : of.rising(gamma, w, top));
        };
    return base.updates(Wrapper.inner(c).withOracle(perturbed));
  }

  /** {@code m e}: a standard normal z is below the quantile of beta with chance beta. */
  private Tensors masked(StepContext c, Tensors like, Tensors e) {
    if (beta == 1) {
      return e;
    }
    Ops tf = c.tf();
    Operand<TFloat32> quantile = tf.math.ndtri(tf.constant((float) beta));
    Tensors z =
        c.gaussian("mask", mask == Mask.ELEMENT ? like : like.map(x -> tf.constant(new float[1])));
    return e.times(tf, z.map(x -> tf.dtypes.cast(tf.math.less(x, quantile), TFloat32.class)));
  }
}
