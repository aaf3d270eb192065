package io.github.palimpsest.optimizers.transform;

import io.github.palimpsest.api.ComponentId;
import io.github.palimpsest.api.Evaluated;
import io.github.palimpsest.api.GradientOracle;
import io.github.palimpsest.api.Optimizer;
import io.github.palimpsest.api.OptimizerProvider;
import io.github.palimpsest.api.ParameterSpec;
import io.github.palimpsest.api.Schedule;
import io.github.palimpsest.api.Setting;
import io.github.palimpsest.api.StepContext;
import io.github.palimpsest.api.Tensors;
import io.github.palimpsest.api.Updates;
import io.github.palimpsest.optimizers.technique.Decay;
import io.github.palimpsest.optimizers.technique.Technique;
import io.github.palimpsest.optimizers.technique.Wrapper;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;

/**
 * Weight decay over any base optimizer, in one of two forms:
 *
 * <pre>
 *   decoupled: w = w + u(grad(w)) - rate w      rate is a share a step, not multiplied by lr
 *   l2:        the base is given grad(w) + rate w
 * </pre>
 *
 * <p>Hanson and Pratt 1988; decoupled: Loshchilov and Hutter 2019, arXiv:1711.05101. Rules OPT-01
 * to OPT-04.
 */
record WeightDecay(Optimizer base, Schedule rate, Form form, Decay decay) implements Wrapper {
  /** Where the decay enters. */
  enum Form {
    /** Beside the base's update. */
    DECOUPLED,
    /** In the gradient. */
    L2
  }

  static final Setting<Schedule> RATE =
      Setting.schedule("rate", 1e-5, 0, Double.MAX_VALUE, "share of a weight that decays a step");
  static final Setting<Form> FORM =
      Setting.choice("form", Form.class, Form.DECOUPLED, "beside the update or in the gradient");

  static final OptimizerProvider PROVIDER =
      new Technique(
          new ComponentId("weight-decay"),
          "Shrinks the weights a little at each step",
          "w += u - rate w, or base step with g + rate w",
          List.of(RATE, FORM, Decay.DECAY, BASE),
          s ->
              Wrapper.traits(
                  s,
                  1,
                  0,
                  "Loshchilov and Hutter 2019, Decoupled weight decay regularization"
                      + " (arXiv:1711.05101)"),
          s -> new WeightDecay(s.get(BASE), s.get(RATE), s.get(FORM), s.get(Decay.DECAY)));

  @Override
  public Updates updates(StepContext c) {
    Ops tf = c.tf();
    Operand<TFloat32> share = c.scheduled(rate);
    if (form == Form.DECOUPLED) {
      Tensors u = base.updates(Wrapper.inner(c)).tensors();
      Tensors shrunk = added(c, u, c.params().tensors(), tf.math.neg(share));
      return new Updates(shrunk);
    }
    GradientOracle penalised =
        (w, terms, of) -> {
          Evaluated at = c.oracle().at(w, terms, of);
          Tensors g = added(c, at.gradients().tensors(), w.tensors(), share);
          return at.with(g);
        };
    return base.updates(Wrapper.inner(c).withOracle(penalised));
  }

  private Tensors added(StepContext c, Tensors to, Tensors w, Operand<TFloat32> share) {
    Ops tf = c.tf();
    Set<String> decaying =
        c.specs().stream()
            .filter(decay::covers)
            .map(ParameterSpec::name)
            .collect(Collectors.toSet());
    return to.mapNamed(
        (name, x) -> decaying.contains(name) ? tf.math.add(x, tf.math.mul(share, w.get(name))) : x);
  }
}
