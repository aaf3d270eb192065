package io.github.palimpsest.tck.subject;

import io.github.palimpsest.api.optimizer.Optimizer;
import io.github.palimpsest.api.optimizer.StepContext;
import io.github.palimpsest.api.optimizer.Updates;
import io.github.palimpsest.api.parameter.ParameterSpec;
import io.github.palimpsest.api.parameter.ParameterSpec.Role;
import java.util.Set;

/**
 * Says that it trains kernels alone, which is so if its optimizer sees nothing else.
 *
 * @param seen the roles of the parameters that the optimizer sees
 */
public record KernelsAlone(Optimizer optimizer, Set<Role> seen) implements Optimizer {
  @Override
  public boolean trains(ParameterSpec parameter) {
    return parameter.role() == Role.KERNEL;
  }

  @Override
  public Updates updates(StepContext c) {
    StepContext some = c.withParams(p -> seen.contains(p.role()));
    return optimizer.updates(some).filled(c.tf(), c.params());
  }
}
