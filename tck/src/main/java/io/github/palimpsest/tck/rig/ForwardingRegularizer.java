package io.github.palimpsest.tck.rig;

import io.github.palimpsest.api.model.FinishedTask;
import io.github.palimpsest.api.optimizer.Gradients;
import io.github.palimpsest.api.optimizer.StepContext;
import io.github.palimpsest.api.optimizer.Updates;
import io.github.palimpsest.api.parameter.Tensors;
import io.github.palimpsest.api.regularizer.BoundRegularizer;
import io.github.palimpsest.api.regularizer.LossPoint;
import java.util.Optional;
import org.tensorflow.Operand;
import org.tensorflow.types.TFloat32;

/** A regularizer that forwards to another; subclasses override some methods. */
public interface ForwardingRegularizer extends BoundRegularizer {
  /** The other. */
  BoundRegularizer regularizer();

  @Override
  default Operand<TFloat32> penalty(LossPoint point) {
    return regularizer().penalty(point);
  }

  @Override
  default Optional<Tensors> gradient(LossPoint point) {
    return regularizer().gradient(point);
  }

  @Override
  default Optional<Operand<TFloat32>> tokenWeights(LossPoint point) {
    return regularizer().tokenWeights(point);
  }

  @Override
  default Gradients constrained(Gradients g) {
    return regularizer().constrained(g);
  }

  @Override
  default void track(StepContext c, Updates updates) {
    regularizer().track(c, updates);
  }

  @Override
  default void afterTask(FinishedTask task) {
    regularizer().afterTask(task);
  }
}
