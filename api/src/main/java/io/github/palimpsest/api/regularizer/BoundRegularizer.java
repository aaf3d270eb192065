package io.github.palimpsest.api.regularizer;

import io.github.palimpsest.api.Stable;
import io.github.palimpsest.api.model.FinishedTask;
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
   * unless the component's onset is the first task (REG-01), depending on the point passed and
   * nothing else (REG-03). May be called several times in one graph, at different points.
   */
  Operand<TFloat32> penalty(LossPoint point);

  /**
   * The gradient of a penalty of the trainable tensors alone, one tensor for each of them, where it
   * is known and takes less than to differentiate the penalty; empty to let that be done. Asked for
   * after {@link #penalty}, with the same point. It is the penalty's own (REG-09).
   */
  default Optional<Tensors> gradient(LossPoint point) {
    return Optional.empty();
  }

  /**
   * Called for each step of the task that is built, after the optimizer has built its updates: a
   * regularizer that follows the path of the training keeps what it needs in slots of its own. They
   * are zero before the first step of each task; {@link FinishedTask#tracked} reads them after the
   * last. It must not change the training.
   *
   * @param c the step; its slots are this regularizer's, its oracle gives unclipped gradients, each
   *     call at the cost of a pass
   * @param updates what the optimizer adds to each parameter
   */
  default void track(StepContext c, Updates updates) {}

  /**
   * Called once for each task that another one follows, with its final weights (RUN-02). What is to
   * outlive the task goes into {@link FinishedTask#remember}.
   */
  default void afterTask(FinishedTask task) {}
}
