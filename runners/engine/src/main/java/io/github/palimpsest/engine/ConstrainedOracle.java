package io.github.palimpsest.engine;

import io.github.palimpsest.api.RuleViolationException;
import io.github.palimpsest.api.optimizer.Evaluated;
import io.github.palimpsest.api.optimizer.Examples;
import io.github.palimpsest.api.optimizer.GradientOracle;
import io.github.palimpsest.api.optimizer.Gradients;
import io.github.palimpsest.api.optimizer.Term;
import io.github.palimpsest.api.parameter.Params;
import io.github.palimpsest.api.regularizer.BoundRegularizer;
import java.util.Set;

/**
 * An oracle within the constraint of a regularizer, {@link BoundRegularizer#constrained}.
 *
 * @param oracle gives the gradients
 * @param name the regularizer's name, for messages
 * @param by the regularizer
 */
record ConstrainedOracle(GradientOracle oracle, String name, BoundRegularizer by)
    implements GradientOracle {
  @Override
  public Evaluated at(Params point, Set<Term> terms, Examples of) {
    Evaluated free = oracle.at(point, terms, of);
    if (point.sampledLabels().isPresent()) { // no gradient of the objective
      return free;
    }
    return Evaluated.of(
        free.loss(),
        constrained(free.gradients()),
        () -> constrained(free.effective().get()),
        free.share());
  }

  private Gradients constrained(Gradients free) {
    Gradients g = by.constrained(free);
    if (!g.tensors().names().equals(free.tensors().names())) {
      throw new RuleViolationException(
          "REG-17",
          "regularizer '"
              + name
              + "' returns constrained gradients of "
              + g.tensors().names()
              + " instead of "
              + free.tensors().names()
              + " (rule REG-17)");
    }
    return g;
  }
}
