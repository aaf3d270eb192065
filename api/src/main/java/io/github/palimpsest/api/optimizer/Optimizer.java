package io.github.palimpsest.api.optimizer;

import io.github.palimpsest.api.Stable;

/**
 * Builds the update of one training step. It sees only the trainable parameters, asks the oracle
 * for as many gradients as it declares (OPT-04), changes nothing itself (OPT-02) and returns an
 * update for exactly the parameters that it was given (OPT-01).
 *
 * <p>Plain descent is {@code update = -lr * oracle.gradient(w)}. SAM asks for {@code g =
 * oracle.gradient(w)}, then for the gradient at {@code w + rho g / |g|}, and hands that to the
 * optimizer that it wraps.
 */
@Stable(since = "0.1")
public interface Optimizer {
  /**
   * Builds one step.
   *
   * @param c what may be used
   * @return what is to be added to each parameter
   */
  Updates updates(StepContext c);

  /** How many different steps there are; each gets a graph of its own. */
  default int phases() {
    return 1;
  }

  /**
   * Which of them a step of a task is.
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
