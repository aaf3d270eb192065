package io.github.palimpsest.api;

import java.util.EnumSet;
import java.util.Set;

/**
 * Gives the gradient of the step's objective at any point. Each call is one forward and backward
 * pass over the step's batch or some of its examples, and always over the same batch with the same
 * random draws.
 */
@FunctionalInterface
public interface GradientOracle {
  /**
   * Evaluates some terms of the objective on some of the step's examples: their loss divided by
   * their own target tokens, and the penalties as they are (rule CON-16).
   *
   * @param point where
   * @param terms which; not empty
   * @param of on which examples
   */
  Evaluated at(Params point, Set<Term> terms, Examples of);

  /** Evaluates some terms of the objective on all examples of the step. */
  default Evaluated at(Params point, Set<Term> terms) {
    return at(point, terms, Examples.ALL);
  }

  /** The gradient of the whole objective. */
  default Gradients gradient(Params point) {
    return at(point, EnumSet.allOf(Term.class)).gradients();
  }
}
