package io.github.palimpsest.optimizers.transform;

import io.github.palimpsest.api.component.Setting;
import io.github.palimpsest.api.optimizer.Evaluated;
import io.github.palimpsest.api.optimizer.GradientOracle;
import io.github.palimpsest.api.optimizer.Optimizer;
import io.github.palimpsest.api.optimizer.OptimizerProvider;
import io.github.palimpsest.api.optimizer.StepContext;
import io.github.palimpsest.api.optimizer.Updates;
import io.github.palimpsest.api.optimizer.Wrapper;
import io.github.palimpsest.api.parameter.ParameterSpec;
import io.github.palimpsest.api.parameter.Tensors;
import io.github.palimpsest.api.recipe.Schedule;
import io.github.palimpsest.optimizers.technique.Decay;
import org.tensorflow.Operand;
import org.tensorflow.types.TFloat32;

/**
 * Weight decay over any base optimizer, in one of two forms:
 *
 * <pre>
 *   decoupled: w = w + u(grad(w)) - rate w      rate is a share per step, not multiplied by lr
 *   l2:        the base is given grad(w) + rate w
 * </pre>
 *
 * <p>Hanson and Pratt 1988; decoupled: Loshchilov and Hutter 2019, arXiv:1711.05101. Rules OPT-01
 * to OPT-04.
 */
record WeightDecay(Optimizer base, Schedule rate, Form form, Decay decay) implements Wrapper {
  /** The place where the decay is added. */
  enum Form {
    /** The base's update. */
    DECOUPLED,
    /** The gradient. */
    L2
  }

  static final Setting<Schedule> RATE =
      Setting.schedule("rate", 1e-5, 0, Double.MAX_VALUE, "share of a weight that decays per step");
  static final Setting<Form> FORM =
      Setting.choice("form", Form.class, Form.DECOUPLED, "added to the update or to the gradient");

  static final OptimizerProvider PROVIDER =
      OptimizerProvider.of(
              "weight-decay",
              "Shrinks the weights a little at each step",
              "w += u - rate w, or base step with g + rate w")
          .settings(RATE, FORM, Decay.DECAY, BASE)
          .traits(
              s ->
                  Wrapper.traits(
                      s,
                      1,
                      0,
                      "Loshchilov and Hutter 2019, Decoupled weight decay regularization"
                          + " (arXiv:1711.05101)"))
          .creates(s -> new WeightDecay(s.get(BASE), s.get(RATE), s.get(FORM), s.get(Decay.DECAY)));

  /** What decays changes, whether the base trains it or not. */
  @Override
  public boolean trains(ParameterSpec p) {
    return form == Form.DECOUPLED && decay.covers(p) || base.trains(p);
  }

  @Override
  public Updates updates(StepContext c) {
    Operand<TFloat32> share = c.scheduled(rate);
    if (form == Form.DECOUPLED) {
      Tensors u = base.updates(Wrapper.inner(c)).tensors();
      return new Updates(decay.added(c, u, c.tf().math.neg(share), c.params().tensors()));
    }
    GradientOracle penalised =
        (w, terms, of) -> {
          Evaluated at = c.oracle().at(w, terms, of);
          return at.with(decay.added(c, at.gradients().tensors(), share, w.tensors()));
        };
    return base.updates(Wrapper.inner(c).withOracle(penalised));
  }
}
