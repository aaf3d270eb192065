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

/** The inputs that an optimizer may use while it builds one training step. */
@Stable(since = "0.1")
public interface StepContext {
  /** The operations of the graph to build in. */
  Ops tf();

  /** The trainable parameters before the step. */
  Params params();

  /** The descriptions of the trainable parameters, in the order of {@link #params()}. */
  List<ParameterSpec> specs();

  /** Gives gradients of the step's objective. */
  GradientOracle oracle();

  /**
   * The number of target tokens over which the data loss of the step is a mean, a scalar: with
   * micro-batches that of all of them together. It is the divisor of {@link #oracle()} for all
   * examples of the step.
   */
  Operand<TFloat32> targetTokens();

  /** The space of the trainable parameters, in which an update moves them. */
  default WeightSpace trainable() {
    return WeightSpace.trainable(tf(), specs());
  }

  /**
   * The space of the weights that the model sees, as far as training changes them: with an adapter,
   * the space of the merged kernels that it adapts; without one, that of the trainable parameters.
   */
  default WeightSpace effective() {
    return trainable();
  }

  /** The state of this optimizer. */
  Slots slots();

  /** The phase, out of {@link Optimizer#phases()}, that is being built. */
  int phase();

  /**
   * A scalar computed on the host before each step.
   *
   * @param schedule its value by step
   */
  Operand<TFloat32> scheduled(Schedule schedule);

  /**
   * Independent standard normal numbers, drawn again in each step from a stream named by seed,
   * task, step and the given name; equal names give equal numbers within a step.
   *
   * @param stream the name of the stream
   * @param like tensors with the names and shapes
   */
  Tensors gaussian(String stream, Tensors like);

  /** A copy with another oracle, with which one optimizer wraps another. */
  StepContext withOracle(GradientOracle oracle);

  /**
   * A copy for some of the parameters. {@link #params()} and {@link #specs()} contain only these,
   * and the oracle answers with their gradients, at points where all others keep their values. The
   * optimizer builds an update of these; {@link Updates#filled} adds zeros for the others.
   *
   * @param chosen selects the parameters
   */
  default StepContext withParams(Predicate<ParameterSpec> chosen) {
    return PartialStep.of(this, chosen);
  }

  /**
   * A copy in another phase, for a wrapper that has phases in addition to those of its base.
   *
   * @param phase the phase of the wrapped optimizer to build
   */
  default StepContext withPhase(int phase) {
    return PartialStep.ofPhase(this, phase);
  }

  /**
   * A copy with its own slots, for a wrapped optimizer.
   *
   * @param name unique among the optimizers that this one wraps
   */
  StepContext scope(String name);
}
