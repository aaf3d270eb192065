package io.github.palimpsest.tck.rig;

import io.github.palimpsest.api.model.FinishedTask;
import io.github.palimpsest.api.model.Forward;
import io.github.palimpsest.api.parameter.Space;
import io.github.palimpsest.api.parameter.WeightSnapshot;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiFunction;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;

/** A finished task that forwards to another; subclasses override some methods. */
public interface ForwardingTask extends FinishedTask {
  /** The other. */
  FinishedTask task();

  @Override
  default int index() {
    return task().index();
  }

  @Override
  default WeightSnapshot start() {
    return task().start();
  }

  @Override
  default WeightSnapshot weights() {
    return task().weights();
  }

  @Override
  default WeightSnapshot weights(Space space) {
    return task().weights(space);
  }

  @Override
  default WeightSnapshot tracked(String slot) {
    return task().tracked(slot);
  }

  @Override
  default WeightSnapshot meanSquaredGradient(Estimate how) {
    return task().meanSquaredGradient(how);
  }

  @Override
  default WeightSnapshot meanAbsoluteGradient(
      int maxExamples, BiFunction<Ops, Forward, Operand<TFloat32>> function) {
    return task().meanAbsoluteGradient(maxExamples, function);
  }

  @Override
  default WeightSnapshot inputMoments(Set<String> kernels, int maxExamples) {
    return task().inputMoments(kernels, maxExamples);
  }

  @Override
  default Optional<WeightSnapshot> recall(String name) {
    return task().recall(name);
  }

  @Override
  default void remember(String name, WeightSnapshot value) {
    task().remember(name, value);
  }
}
