package io.github.palimpsest.api.rehearsal;

import io.github.palimpsest.api.Experimental;
import io.github.palimpsest.api.optimizer.Gradients;
import java.util.List;
import org.tensorflow.op.Ops;

/**
 * A constraint on every gradient of the data loss, such as that of gradient episodic memory: the
 * rehearsed examples count in the constraint alone. It acts on each gradient that the oracle
 * returns, with references at the same point, and before clipping.
 */
@Experimental(since = "0.1")
public non-sealed interface GradientConstraint extends RehearsalObjective {
  /**
   * Whether there is a reference for each finished task, over the examples of that task in the
   * batch, rather than one over all rehearsed examples.
   */
  boolean perTask();

  /**
   * The gradient that an optimizer is given.
   *
   * @param tf where to build
   * @param g of the mean loss of the current examples, and of the penalties where they were asked
   *     for
   * @param references of the mean loss of rehearsed examples at the same point; zeros where the
   *     batch has none
   */
  Gradients constrained(Ops tf, Gradients g, List<Gradients> references);
}
