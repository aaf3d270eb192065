package acme;

import static acme.Mood.in;

import io.github.palimpsest.api.component.Kind;
import io.github.palimpsest.api.optimizer.Optimizer;
import io.github.palimpsest.api.optimizer.OptimizerProvider;
import io.github.palimpsest.api.optimizer.StepContext;
import io.github.palimpsest.api.optimizer.Updates;

/** Plain descent. */
final class MoodyOptimizer extends MoodyProvider<Optimizer> implements OptimizerProvider {
  MoodyOptimizer() {
    super(Kind.OPTIMIZER);
  }

  Optimizer made() {
    return new Descent();
  }

  private static final class Descent implements Optimizer {
    public int phases() {
      return in("phases", 1);
    }

    public int phaseOf(int task, long step, long totalSteps) {
      return in("phaseOf", 0);
    }

    public Updates updates(StepContext c) {
      return in("updates", "") == null
          ? null
          : new Updates(
              c.oracle().gradient(c.params()).tensors().scale(c.tf(), c.tf().constant(-0.1f)));
    }
  }
}
