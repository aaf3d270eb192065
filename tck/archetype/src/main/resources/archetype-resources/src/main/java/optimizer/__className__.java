package ${package};

import io.github.palimpsest.api.optimizer.Optimizer;
import io.github.palimpsest.api.recipe.Schedule;
import io.github.palimpsest.api.optimizer.StepContext;
import io.github.palimpsest.api.parameter.Tensors;
import io.github.palimpsest.api.optimizer.Updates;

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
