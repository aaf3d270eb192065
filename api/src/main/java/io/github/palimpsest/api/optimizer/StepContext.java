package io.github.palimpsest.api.optimizer;

import io.github.palimpsest.api.Stable;
import io.github.palimpsest.api.parameter.ParameterSpec;
import io.github.palimpsest.api.parameter.Params;
import io.github.palimpsest.api.parameter.Tensors;
import io.github.palimpsest.api.recipe.Schedule;
import java.util.List;
import java.util.function.Predicate;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;

/** All that an optimizer may use while it builds one training step. */
@Stable(since = "0.1")
public interface StepContext {
  /** Where to build. */
  Ops tf();

  /** The trainable parameters before the step. */
  Params params();

  /** What the trainable parameters are, in the order of {@link #params()}. */
  List<ParameterSpec> specs();

  /** Gives gradients of the step's objective. */
  GradientOracle oracle();

  /** The space of the trainable parameters, in which an update moves them. */
  default WeightSpace trainable() {
    return WeightSpace.trainable(tf(), specs());
  }

  /**
   * The space of the weights that the model sees, as far as training changes them: under an adapter
   * that of the kernels that it adapts, merged; without one that of the trainable parameters.
   */
  default WeightSpace effective() {
    return trainable();
  }

  /** The state of this optimizer. */
  Slots slots();

  /** Which of {@link Optimizer#phases()} is being built. */
  int phase();

  /**
   * A scalar computed on the host before each step.
   *
   * @param schedule its value by step
   */
  Operand<TFloat32> scheduled(Schedule schedule);

  /**
   * Independent standard normal numbers, drawn anew each step from a stream named by seed, task,
   * step and the given name; equal names give equal numbers within a step.
   *
   * @param stream the name of the stream
   * @param like gives names and shapes
   */
  Tensors gaussian(String stream, Tensors like);

  /** The same context with another oracle: how one optimizer wraps another. */
  StepContext withOracle(GradientOracle oracle);

  /**
   * The same context for some of the parameters: {@link #params()} and {@link #specs()} hold these
   * alone, and the oracle answers with their gradients, at points where all others stay where they
   * are. What is built is an update of these; {@link Updates#filled} adds zeros for the others.
   *
   * @param chosen which parameters
   */
  default StepContext withParams(Predicate<ParameterSpec> chosen) {
    return PartialStep.of(this, chosen);
  }

  /**
   * The same context in another phase, for a wrapper that has phases beside those of its base.
   *
   * @param phase which of the wrapped optimizer's phases is to be built
   */
  default StepContext withPhase(int phase) {
    return PartialStep.ofPhase(this, phase);
  }

  /**
   * The same context with slots of its own, for a wrapped optimizer.
   *
   * @param name unique among the optimizers that this one wraps
   */
  StepContext scope(String name);
}
