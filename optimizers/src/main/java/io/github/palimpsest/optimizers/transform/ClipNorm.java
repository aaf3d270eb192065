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
 * Clipping by global norm over any base optimizer: every gradient that the base asks for is {@code
 * g max / max(|g|, max)}, the norm over all trainable parameters (CON-09); the gradient of the
 * effective weights, which is the same one in another space, gets the same factor. {@code
 * clip-norm(base=sam)} clips both gradients of SAM, {@code sam(base=clip-norm(...))} only the one
 * that it descends with. A {@code clip-norm} under {@code training} in an experiment file, and the
 * option of that name, put this wrapper around the optimizer of each recipe.
 *
 * <p>Pascanu, Mikolov and Bengio 2013, arXiv:1211.5063. Rules OPT-01 to OPT-04.
 */
record ClipNorm(Optimizer base, double max) implements Wrapper {
  static final Setting<Double> MAX =
      Setting.real("max", 1, 1e-30, Double.MAX_VALUE, "largest norm over all parameters");

  static final OptimizerProvider PROVIDER =
      OptimizerProvider.of(
              "clip-norm",
              "Scales a gradient down to a largest norm over all parameters",
              "base step with g max / max(|g|, max)")
          .settings(MAX, BASE)
          .traits(
              s ->
                  Wrapper.traits(
                      s,
                      1,
                      0,
                      "Pascanu, Mikolov and Bengio 2013, On the difficulty of training recurrent neural"
                          + " networks (arXiv:1211.5063)"))
          .creates(s -> new ClipNorm(s.get(BASE), s.get(MAX)));

  @Override
  public Updates updates(StepContext c) {
    Ops tf = c.tf();
    Operand<TFloat32> most = tf.constant((float) max);
    return base.updates(
        Wrapper.inner(c)
            .withOracle(
                (w, terms, of) -> {
                  Evaluated at = c.oracle().at(w, terms, of);
                  Operand<TFloat32> norm = at.gradients().tensors().norm(tf);
                  return at.scaled(tf, tf.math.div(most, tf.math.maximum(norm, most)));
                }));
  }
}
