package io.github.palimpsest.optimizers.transform;

import io.github.palimpsest.api.component.Setting;
import io.github.palimpsest.api.optimizer.Evaluated;
import io.github.palimpsest.api.optimizer.Optimizer;
import io.github.palimpsest.api.optimizer.OptimizerProvider;
import io.github.palimpsest.api.optimizer.StepContext;
import io.github.palimpsest.api.optimizer.Updates;
import io.github.palimpsest.api.optimizer.Wrapper;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;

/**
 * Clipping by value over any base optimizer: every gradient that the base asks for has its elements
 * cut to {@code [-max, max]}. Rules OPT-01 to OPT-04.
 */
record ClipValue(Optimizer base, double max) implements Wrapper {
  static final Setting<Double> MAX =
      Setting.real("max", 1, 0, Double.MAX_VALUE, "largest size of an element");

  static final OptimizerProvider PROVIDER =
      OptimizerProvider.of(
              "clip-value",
              "Cuts each element of a gradient to a largest size",
              "base step with min(max(g, -max), max)")
          .settings(MAX, BASE)
          .traits(
              s -> Wrapper.traits(s, 1, 0, "Mikolov 2012, Statistical language models (thesis)"))
          .creates(s -> new ClipValue(s.get(BASE), s.get(MAX)));

  @Override
  public Updates updates(StepContext c) {
    Ops tf = c.tf();
    Operand<TFloat32> high = tf.constant((float) max);
    Operand<TFloat32> low = tf.constant((float) -max);
    return base.updates(
        Wrapper.inner(c)
            .withOracle(
                (w, terms, of) -> {
                  Evaluated at = c.oracle().at(w, terms, of);
                  return at.with(
                      at.gradients()
                          .tensors()
                          .map(x -> tf.math.minimum(tf.math.maximum(x, low), high)));
                }));
  }
}
