package io.github.palimpsest.optimizers.transform;

import io.github.palimpsest.api.component.Setting;
import io.github.palimpsest.api.optimizer.Optimizer;
import io.github.palimpsest.api.optimizer.OptimizerProvider;
import io.github.palimpsest.api.optimizer.StepContext;
import io.github.palimpsest.api.optimizer.Updates;
import io.github.palimpsest.api.optimizer.Wrapper;
import io.github.palimpsest.api.parameter.Tensors;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;

/**
 * An exponential moving average of the weights over any base optimizer. The base trains as if it
 * were alone; with the last step of a task the weights become their average,
 *
 * <pre>
 *   a = decay a + (1 - decay) w,   from the weights before the task
 * </pre>
 *
 * <p>Kept as the difference {@code d = a - w}, which a step with update u turns into {@code decay
 * (d - u)}: it starts from zero and loses no bits to the size of the weights. Polyak and Juditsky
 * 1992. Rules OPT-01 to OPT-10.
 */
record Ema(Optimizer base, double decay) implements Wrapper {
  static final Setting<Double> DECAY =
      Setting.real("decay", 0.999, 0, Math.nextDown(1.0), "share of the average that is kept");

  static final OptimizerProvider PROVIDER =
      OptimizerProvider.of(
              "ema",
              "Ends each task with the moving average of its weights",
              "a = decay a + (1 - decay) w; after the last step of a task w = a")
          .settings(DECAY, BASE)
          .traits(
              s ->
                  Wrapper.traits(
                      s,
                      1,
                      1,
                      "Polyak and Juditsky 1992, Acceleration of stochastic approximation by"
                          + " averaging"))
          .creates(s -> new Ema(s.get(BASE), s.get(DECAY)));

  @Override
  public Updates updates(StepContext c) {
    Ops tf = c.tf();
    Tensors u = base.updates(Wrapper.inner(c)).tensors();
    Operand<TFloat32> kept = tf.constant((float) decay);
    Tensors d = c.slots().old("difference", c.params().tensors(), 0).minus(tf, u).scale(tf, kept);
    c.slots().next("difference", d);
    Operand<TFloat32> last = c.scheduled((step, total) -> step + 1 == total ? 1 : 0);
    return new Updates(u.plus(tf, d.scale(tf, last)));
  }
}
