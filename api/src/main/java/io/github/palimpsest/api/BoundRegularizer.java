package io.github.palimpsest.api;

import org.tensorflow.Operand;
import org.tensorflow.types.TFloat32;

/** A regularizer in the graph of one task. */
public interface BoundRegularizer {
  /**
   * Builds the penalty: a finite scalar of at least 0, exactly 0 before the first task is finished
   * (REG-01), depending on the point passed and nothing else (REG-03). May be called several times
   * in one graph, at different points.
   */
  Operand<TFloat32> penalty(LossPoint point);

  /**
   * Called once after the last step of a task, with its final weights. What is to outlive the task
   * goes into {@link FinishedTask#remember}.
   */
  default void afterTask(FinishedTask task) {}
}
