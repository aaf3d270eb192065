package io.github.palimpsest.api.rehearsal;

import io.github.palimpsest.api.Experimental;
import io.github.palimpsest.api.optimizer.Evaluated;
import io.github.palimpsest.api.optimizer.Examples;
import io.github.palimpsest.api.optimizer.GradientOracle;
import io.github.palimpsest.api.parameter.Params;
import java.util.List;

/**
 * The oracle of a step with rehearsed examples that are not part of the data loss: it answers about
 * the current examples, and gives the gradients on the rehearsed ones as references. Runners
 * implement it; {@link GradientConstraint#around} wraps it.
 */
@Experimental(since = "0.1")
public interface RehearsalOracle extends GradientOracle {
  /**
   * The mean loss of rehearsed examples and its gradient, from the forward pass of the last request
   * with the same point and examples, or from a new pass if there was none.
   *
   * @param point the point of the evaluation
   * @param of the subset of the step's examples
   * @param perTask true for one result per finished task, in order; false for one over all
   *     rehearsed examples
   * @return zeros for a task without examples in the batch
   */
  List<Evaluated> references(Params point, Examples of, boolean perTask);
}
