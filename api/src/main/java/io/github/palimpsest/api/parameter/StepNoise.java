package io.github.palimpsest.api.parameter;

import io.github.palimpsest.api.Experimental;
import org.tensorflow.Operand;
import org.tensorflow.types.TFloat32;

/** Random numbers of one training step, for an adapter. */
@Experimental(since = "0.1")
@FunctionalInterface
public interface StepNoise {
  /**
   * Independent numbers, uniform in [0, 1), from a stream named by seed, task, step, micro-batch
   * and the given name: different for each micro-batch, equal in all passes of a step.
   *
   * @param name equal names give equal numbers
   * @param like a tensor with the shape, which need not be known before the graph runs
   */
  Operand<TFloat32> uniform(String name, Operand<TFloat32> like);
}
