package io.github.palimpsest.api.rehearsal;

import io.github.palimpsest.api.Experimental;
import io.github.palimpsest.api.optimizer.Evaluated;
import io.github.palimpsest.api.optimizer.Examples;
import io.github.palimpsest.api.optimizer.GradientOracle;
import io.github.palimpsest.api.parameter.Params;
import java.util.List;

/**
 * The oracle of a step with rehearsed examples that are not part of the data loss: it answers about
 * the current examples, and gives the gradients on the rehearsed ones as references. What {@link
 * GradientConstraint#around} wraps; runners implement it.
 */
@Experimental(since = "0.1")
public interface RehearsalOracle extends GradientOracle {
  /**
   * The mean loss of rehearsed examples and its gradient, from the forward pass of the question
   * last asked about the same point and examples; a pass of its own if there was none.
   *
   * @param point where
   * @param of among which of the step's examples
   * @param perTask whether there is one for each finished task, in their order, rather than one
   *     over all rehearsed examples
   * @return zeros for a task of which the batch has no example
   */
  List<Evaluated> references(Params point, Examples of, boolean perTask);
}
