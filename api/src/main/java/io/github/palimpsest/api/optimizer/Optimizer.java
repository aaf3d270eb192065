package io.github.palimpsest.api.optimizer;

import io.github.palimpsest.api.Stable;
import io.github.palimpsest.api.component.Cost;
import io.github.palimpsest.api.parameter.ParameterSpec;
import java.util.List;

/**
 * Builds the update of one training step. It sees only the trainable parameters, asks the oracle
 * for as many gradients as it declares (OPT-04), changes nothing itself (OPT-02) and returns an
 * update for exactly the parameters that it was given (OPT-01).
 *
 * <p>Plain descent is {@code update = -lr * oracle.gradient(w)}. SAM asks for {@code g =
 * oracle.gradient(w)}, then for the gradient at {@code w + rho g / |g|}, and passes that to the
 * optimizer that it wraps.
 */
@Stable(since = "0.1")
public interface Optimizer {
  /**
   * Builds one step.
   *
   * @param c the inputs of the step
   * @return the update that is added to each parameter
   */
  Updates updates(StepContext c);

  /**
   * The slots whose shapes, or whose values before the first step, follow from each parameter. If
   * there are any, they are all slots of this optimizer (OPT-28), and {@link Cost#slots} counts
   * those of wrapped optimizers alone. A wrapper does not repeat those of its base.
   */
  default List<Slot> slots() {
    return List.of();
  }

  /**
   * Whether this optimizer trains a parameter. One that it does not train keeps its bits and has no
   * slots (OPT-32); all others change (OPT-24).
   */
  default boolean trains(ParameterSpec parameter) {
    return true;
  }

  /** The number of different kinds of step; each kind has its own graph. */
  default int phases() {
    return 1;
  }

  /**
   * The phase of a step of a task.
   *
   * @param task the task's place in the sequence, from 0
   * @param step steps of this task already done, from 0
   * @param totalSteps steps that this task will take
   * @return from 0 to {@code phases() - 1}
   */
  default int phaseOf(int task, long step, long totalSteps) {
    return 0;
  }
}
