package io.github.palimpsest.optimizers.sharpness;

import io.github.palimpsest.api.component.Setting;
import io.github.palimpsest.api.component.Settings;
import io.github.palimpsest.api.optimizer.Ascent;
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
 * Friendly SAM over any base optimizer: the ascent follows the batch's noise, not its mean:
 *
 * <pre>
 *   g = grad(w),   m = lambda m + (1 - lambda) g from 0,   d = g - sigma m
 *   the base is given grad(w + rho d / |d|)
 * </pre>
 *
 * <p>Li et al. 2024, arXiv:2403.12350. With {@code average=package}, as in pytorch_optimizer, m
 * starts at the first gradient, whose own ascent is plain SAM's, and d uses the m of the step
 * before. Rules OPT-05 and OPT-06.
 */
record FriendlySam(
    Optimizer base, Schedule rho, double sigma, double lambda, Average average, Ascent ascent)
    implements Wrapper {
  /** How the mean gradient is kept. */
  enum Average {
    /** From 0, and updated before it is subtracted. */
    PAPER,
    /** From the first gradient, and updated after it is subtracted. */
    PACKAGE
  }

  static final Setting<Double> SIGMA =
      Setting.real("sigma", 1, 0, Double.MAX_VALUE, "share of the mean that is taken out");
  static final Setting<Double> LAMBDA =
      Setting.real("lambda", 0.9, 0, Math.nextDown(1.0), "decay of the mean gradient");
  static final Setting<Average> AVERAGE =
      Setting.choice(
          "average", Average.class, Average.PAPER, "the paper's mean, or pytorch_optimizer's");

  static final OptimizerProvider PROVIDER =
      OptimizerProvider.of(
              "friendly-sam",
              "Friendly SAM: ascends along the difference of the batch's gradient from its running"
                  + " mean",
              "m = lambda m + (1 - lambda) g; d = g - sigma m; base step with the gradient at w +"
                  + " rho d / |d|")
          .settings(
              Sam.RHO, SIGMA, LAMBDA, AVERAGE, Ascent.ASCENT, Ascent.SPACE, ActingTasks.TASKS, BASE)
          .traits(
              s ->
                  Wrapper.traits(
                      s,
                      2,
                      1,
                      "Li, Zhou, He, Cheng and Huang 2024, Friendly sharpness-aware minimization"
                          + " (arXiv:2403.12350)"))
          .with(OptimizerByTask.class, ActingTasks.BY_TASK)
          .creates(s -> ActingTasks.only(s, create(s)));

  private static FriendlySam create(Settings s) {
    Wrapper.requireOneGradient("friendly-sam", s);
    return new FriendlySam(
        s.get(BASE), s.get(Sam.RHO), s.get(SIGMA), s.get(LAMBDA), s.get(AVERAGE), Ascent.of(s));
  }

  @Override
  public Updates updates(StepContext c) {
    Ops tf = c.tf();
    Operand<TFloat32> radius = c.scheduled(rho);
    return base.updates(
        Wrapper.inner(c)
            .withOracle(
                Wrapper.once(
                    "friendly-sam",
                    (w, terms, of) -> {
                      Tensors g = ascent.gradient(c, w, terms, of);
                      return ascent.top(c, w, Ascent.toRadius(tf, noise(c, g), radius), terms, of);
                    })));
  }

  private Tensors noise(StepContext c, Tensors g) {
    Ops tf = c.tf();
    boolean fromFirst = average == Average.PACKAGE;
    Tensors old = c.slots().old("mean", g, 0);
    Operand<TFloat32> fresh = c.scheduled((step, total) -> fromFirst && step == 0 ? 1 : 1 - lambda);
    Tensors m = old.scale(tf, tf.constant((float) lambda)).plus(tf, g.scale(tf, fresh));
    c.slots().next("mean", m);
    return g.minus(tf, (fromFirst ? old : m).scale(tf, tf.constant((float) sigma)));
  }
}
