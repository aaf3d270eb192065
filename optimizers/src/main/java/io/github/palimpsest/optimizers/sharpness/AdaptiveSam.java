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
import io.github.palimpsest.api.recipe.Schedules;
import java.util.Map;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;

/**
 * AE-SAM over any base optimizer: SAM at the steps whose gradient is long for its recent past:
 *
 * <pre>
 *   g = grad(w),   n = |g|^2
 *   mu = delta mu + (1 - delta) n,   v = delta v + (1 - delta) (n - mu)^2
 *   e = rho g / |g| where n &gt;= mu + c_t sqrt(v), else 0
 *   the base is given grad(w + e)
 * </pre>
 *
 * <p>Jiang et al. 2023, arXiv:2304.14647, after its abstract and from memory: the threshold c_t
 * falls linearly from {@code start} to {@code end} over the steps of a task, so that SAM acts more
 * often late; mu and v are 0 at first. The choice depends on the gradient, and a step here is one
 * graph, so both gradients are computed at each step: the steps are those of the paper, and the
 * time that it saves is not saved. Rules OPT-05 and OPT-06.
 */
record AdaptiveSam(Optimizer base, Schedule rho, double delta, Schedule threshold, Ascent ascent)
    implements Wrapper {
  private static final String ID = "ae-sam";

  static final Setting<Double> DELTA =
      Setting.real("delta", 0.9, 0, Math.nextDown(1.0), "decay of the mean and variance of |g|^2");
  static final Setting<Double> START =
      Setting.real(
          "start",
          1,
          -Double.MAX_VALUE,
          Double.MAX_VALUE,
          "threshold at the first step, in standard deviations above the mean");
  static final Setting<Double> END =
      Setting.real("end", -1, -Double.MAX_VALUE, Double.MAX_VALUE, "threshold after the last step");

  static final OptimizerProvider PROVIDER =
      OptimizerProvider.of(
              ID,
              "AE-SAM: SAM only at the steps whose gradient is long for its recent past",
              "n = |g|^2; mu = delta mu + (1 - delta) n; v = delta v + (1 - delta) (n - mu)^2; e ="
                  + " rho g / |g| where n >= mu + c_t sqrt(v), else 0; base step with the gradient"
                  + " at w + e")
          .settings(
              Sam.RHO, DELTA, START, END, Ascent.ASCENT, Ascent.SPACE, ActingTasks.TASKS, BASE)
          .traits(
              s ->
                  Wrapper.traits(
                      s,
                      2,
                      0,
                      "Jiang, Yang, Zhang and Kwok 2023, An adaptive policy to employ"
                          + " sharpness-aware minimization (arXiv:2304.14647)"))
          .with(OptimizerByTask.class, ActingTasks.BY_TASK)
          .creates(s -> ActingTasks.only(s, create(s)));

  private static AdaptiveSam create(Settings s) {
    Wrapper.requireOneGradient(ID, s);
    return new AdaptiveSam(
        s.get(BASE),
        s.get(Sam.RHO),
        s.get(DELTA),
        new Schedules.Linear(s.get(START), 0, s.get(END)),
        Ascent.of(s));
  }

  @Override
  public Updates updates(StepContext c) {
    Ops tf = c.tf();
    return base.updates(
        Wrapper.inner(c)
            .withOracle(
                Wrapper.once(
                    ID,
                    (w, terms, of) -> {
                      Tensors g = ascent.gradient(c, w, terms, of);
                      Operand<TFloat32> radius =
                          tf.math.mul(c.scheduled(rho), isLong(c, g.dot(tf, g)));
                      return ascent.top(c, w, Ascent.toRadius(tf, g, radius), terms, of);
                    })));
  }

  /** 1 where n is above the threshold, else 0. */
  private Operand<TFloat32> isLong(StepContext c, Operand<TFloat32> n) {
    Ops tf = c.tf();
    Operand<TFloat32> mu = average(c, "mean", n);
    Operand<TFloat32> v = average(c, "variance", tf.math.square(tf.math.sub(n, mu)));
    Operand<TFloat32> least = tf.math.add(mu, tf.math.mul(c.scheduled(threshold), tf.math.sqrt(v)));
    return tf.dtypes.cast(tf.math.greaterEqual(n, least), TFloat32.class);
  }

  /** {@code delta old + (1 - delta) x}, which is kept. */
  private Operand<TFloat32> average(StepContext c, String slot, Operand<TFloat32> x) {
    Ops tf = c.tf();
    Tensors fresh = Tensors.of(Map.of(slot, x));
    Tensors mean =
        c.slots()
            .old(slot, fresh, 0)
            .scale(tf, tf.constant((float) delta))
            .plus(tf, fresh.scale(tf, tf.constant((float) (1 - delta))));
    c.slots().next(slot, mean);
    return mean.get(slot);
  }
}
