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
 * Sequential fine-tuning with averaging over any base optimizer: after every p T of a task's T
 * steps, and after the last, the weights go back a share beta of the way to theta_o, those before
 * the task,
 *
 * <pre>
 *   theta = theta + u;   every p T steps and at the end  theta = (1 - beta) theta + beta theta_o
 * </pre>
 *
 * <p>Kept as the way {@code s = theta - theta_o} since the start, from 0: then {@code theta = theta
 * - beta s} and {@code s = (1 - beta) s}. With {@code period=1} it merges once, after the last
 * step, which is Wise-FT towards the previous weights with {@code alpha = 1 - beta}; {@code beta=0}
 * is the base.
 *
 * <p>Kleiman, Dziugaite, Frankle, Kakade and Paul 2025, arXiv:2501.05559. Rules OPT-01 to OPT-10.
 */
record Sfa(Optimizer base, double period, double beta) implements Wrapper {
  static final Setting<Double> PERIOD =
      Setting.real(
          "period", 0.25, Double.MIN_VALUE, 1, "p, the share of a task's steps between two merges");
  static final Setting<Double> BETA =
      Setting.real("beta", 0.5, 0, 1, "share of the weights before the task in each merge");

  static final OptimizerProvider PROVIDER =
      OptimizerProvider.of(
              "sfa",
              "SFA: merges the weights with those before the task every so often while training",
              "theta = theta + u; every p T of T steps and at the end theta = (1 - beta) theta + beta theta_o")
          .settings(PERIOD, BETA, BASE)
          .traits(
              s ->
                  Wrapper.traits(
                      s,
                      1,
                      1,
                      "Kleiman, Dziugaite, Frankle, Kakade and Paul 2025, Soup to go: mitigating"
                          + " forgetting during continual learning with model averaging"
                          + " (arXiv:2501.05559)"))
          .creates(s -> new Sfa(s.get(BASE), s.get(PERIOD), s.get(BETA)));

  @Override
  public Updates updates(StepContext c) {
    Ops tf = c.tf();
    Tensors u = base.updates(Wrapper.inner(c)).tensors();
    Tensors s = c.slots().old("way", c.params().tensors(), 0).plus(tf, u);
    Operand<TFloat32> back = c.scheduled((step, total) -> merges(step, total) ? beta : 0);
    Tensors returned = s.scale(tf, back);
    c.slots().next("way", s.minus(tf, returned));
    return new Updates(u.minus(tf, returned));
  }

  private boolean merges(long step, long total) {
    return step + 1 == total || (step + 1) % Math.max(1, Math.round(period * total)) == 0;
  }
}
