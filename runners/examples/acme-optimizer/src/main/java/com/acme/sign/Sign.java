package com.acme.sign;

import io.github.palimpsest.api.Optimizer;
import io.github.palimpsest.api.Schedule;
import io.github.palimpsest.api.StepContext;
import io.github.palimpsest.api.Tensors;
import io.github.palimpsest.api.Updates;
import org.tensorflow.op.Ops;

/**
 * {@code m = beta m + (1 - beta) g; w = w - lr sign(m)}: Bernstein et al. 2018, arXiv:1802.04434.
 */
record Sign(Schedule lr, float beta) implements Optimizer {
  @Override
  public Updates updates(StepContext c) {
    Ops tf = c.tf();
    Tensors g = c.oracle().gradient(c.params()).tensors();
    Tensors old = c.slots().old("momentum", c.params().tensors(), 0);
    Tensors m = old.scale(tf, tf.constant(beta)).plus(tf, g.scale(tf, tf.constant(1 - beta)));
    c.slots().next("momentum", m);
    return new Updates(m.map(tf.math::sign).scale(tf, tf.math.neg(c.scheduled(lr))));
  }
}
