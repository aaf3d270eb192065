package io.github.palimpsest.api.regularizer;

import io.github.palimpsest.api.Stable;
import io.github.palimpsest.api.model.FinishedTask;
import io.github.palimpsest.api.model.Forward;
import io.github.palimpsest.api.optimizer.Gradients;
import io.github.palimpsest.api.optimizer.StepContext;
import io.github.palimpsest.api.optimizer.Updates;
import io.github.palimpsest.api.parameter.Tensors;
import java.util.Optional;
import org.tensorflow.Operand;
import org.tensorflow.types.TFloat32;

/** A regularizer in the graph of one task. */
@Stable(since = "0.1")
public interface BoundRegularizer {
  /**
   * Builds the penalty: a finite scalar of at least 0, exactly 0 before the first task is finished
   * unless the component's onset is the first task (REG-01), depending only on the given point
   * (REG-03). It may be called several times in one graph, at different points.
   */
  Operand<TFloat32> penalty(LossPoint point);

  /**
   * The gradient of the penalty in closed form, one tensor for each trainable tensor, for a penalty
   * of the trainable tensors alone. Return it if it is cheaper than automatic differentiation,
   * otherwise empty. Called after {@link #penalty}, with the same point; it must be the gradient of
   * that penalty (REG-09).
   */
  default Optional<Tensors> gradient(LossPoint point) {
    return Optional.empty();
  }

  /**
   * Weights of the predictions in the data loss of a training step, which is then {@code sum w_t
   * l_t / N}: N counts the target tokens without these weights. They are constants in gradients.
   * The weights of several regularizers are multiplied. Penalties, importances and scores do not
   * use them. The logits of a micro-batch exist at once.
   *
   * @return of the shape of {@link Forward#weightPerPrediction()}, finite and at least 0; those of
   *     an example depend on the others only through {@link LossPoint#ofWholeStep} (REG-16). Empty
   *     for none.
   */
  default Optional<Operand<TFloat32>> tokenWeights(LossPoint point) {
    return Optional.empty();
  }

  /**
   * The gradient that the optimizer receives in place of one that the oracle gives, such as its
   * part orthogonal to directions that earlier tasks need. Called for every answer of the oracle,
   * whole or of some terms, with gradients of the whole step: of the trainable tensors, and of the
   * effective weights if the optimizer asks for these; the names tell which. With several
   * regularizers each receives what the one before returns, in the order of their ids; a
   * rehearsal's constraint comes first. An optimizer such as {@code clip-norm} acts on the result,
   * and what an optimizer does beyond gradients, such as decay or momentum, is not constrained.
   *
   * @param g the gradients
   * @return gradients with the same names and shapes: finite, not longer than {@code g} and not
   *     against it, and {@code g} before the first task is finished unless the component's onset is
   *     the first task (REG-17). The object {@code g} itself for no constraint.
   */
  default Gradients constrained(Gradients g) {
    return g;
  }

  /**
   * Called for each step that is built, after the optimizer has built its updates. A regularizer
   * that follows the path of the training accumulates it in its own slots. They are zero before the
   * first step of each task; {@link FinishedTask#tracked} reads them after the last. It must not
   * change the training.
   *
   * <p>The oracle remembers the optimizer's requests of this step. A request with the same point,
   * terms and examples is answered from the optimizer's pass and costs nothing. So is one for the
   * data loss alone, if the optimizer asked for all terms there and every penalty of the recipe has
   * its gradient in closed form ({@link #gradient}). Any other request costs a pass, for which the
   * component declares a cost (REG-18).
   *
   * @param c the step; its slots belong to this regularizer, and its oracle gives gradients that
   *     are neither clipped nor constrained
   * @param updates the updates of the optimizer
   */
  default void track(StepContext c, Updates updates) {}

  /**
   * Called once for each task except the last, with its final weights (RUN-02). Use {@link
   * FinishedTask#remember} to keep data for later tasks.
   */
  default void afterTask(FinishedTask task) {}
}
