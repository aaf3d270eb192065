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
 * Lookahead over any base optimizer: after every k steps the weights go back to a share alpha of
 * the way that the base has made since the last time:
 *
 * <pre>
 *   s = s + u                    way since the slow weights, from 0
 *   every k steps: w = w + u - (1 - alpha) s,  s = 0;   otherwise w = w + u
 * </pre>
 *
 * <p>Zhang et al. 2019, arXiv:1907.08610, whose slow weights are {@code w - s} here. Rules OPT-01
 * to OPT-10.
 */
record Lookahead(Optimizer base, int k, double alpha) implements Wrapper {
  static final Setting<Integer> K =
      Setting.integer(
          "k", 6, 1, Integer.MAX_VALUE, "steps of the base for one of the slow weights");
  static final Setting<Double> ALPHA =
      Setting.real("alpha", 0.5, 0, 1, "share of the way that the slow weights take");

  static final OptimizerProvider PROVIDER =
      OptimizerProvider.of(
              "lookahead",
              "Lookahead: k steps forward, a share of the way kept",
              "s += u; every k steps w += u - (1 - alpha) s and s = 0, otherwise w += u")
          .settings(K, ALPHA, BASE)
          .traits(
              s ->
                  Wrapper.traits(
                      s,
                      1,
                      1,
                      "Zhang, Lucas, Hinton and Ba 2019, Lookahead optimizer: k steps forward, 1 step"
                          + " back (arXiv:1907.08610)"))
          .creates(s -> new Lookahead(s.get(BASE), s.get(K), s.get(ALPHA)));

  @Override
  public Updates updates(StepContext c) {
    Ops tf = c.tf();
    Tensors u = base.updates(Wrapper.inner(c)).tensors();
    Tensors s = c.slots().old("way", c.params().tensors(), 0).plus(tf, u);
    Operand<TFloat32> back = c.scheduled((step, total) -> (step + 1) % k == 0 ? 1 - alpha : 0);
    Operand<TFloat32> kept = c.scheduled((step, total) -> (step + 1) % k == 0 ? 0 : 1);
    c.slots().next("way", s.scale(tf, kept));
    return new Updates(u.minus(tf, s.scale(tf, back)));
  }
}
