package io.github.palimpsest.api;

import java.util.EnumSet;
import java.util.Set;

/**
 * Gives the gradient of the step's objective at any point. Each call is one forward and backward
 * pass over the step's batch, and always over the same batch with the same random draws.
 */
@FunctionalInterface
public interface GradientOracle {
  /**
   * Evaluates some terms of the objective.
   *
   * @param point where
   * @param terms which; not empty
   */
  Evaluated at(Params point, Set<Term> terms);

  /** The gradient of the whole objective. */
  default Gradients gradient(Params point) {
    return at(point, EnumSet.allOf(Term.class)).gradients();
  }
}
