package ${package};

import io.github.palimpsest.api.Optimizer;
import io.github.palimpsest.api.Schedule;
import io.github.palimpsest.api.StepContext;
import io.github.palimpsest.api.Tensors;
import io.github.palimpsest.api.Updates;

/**
 * {@code w = w - lr g}: plain gradient descent.
 *
 * @param lr the learning rate, per step
 */
record ${className}(Schedule lr) implements Optimizer {
  @Override
  public Updates updates(StepContext c) {
    Tensors g = c.oracle().gradient(c.params()).tensors();
    return new Updates(g.scale(c.tf(), c.tf().math.neg(c.scheduled(lr))));
  }
}
