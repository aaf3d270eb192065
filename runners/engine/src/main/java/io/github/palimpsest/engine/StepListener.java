package io.github.palimpsest.engine;

/** Receives each training step. */
@FunctionalInterface
public interface StepListener {
  /** A listener that does nothing. */
  StepListener NONE = (task, step, totalSteps, loss) -> {};

  /**
   * Called after each step.
   *
   * @param task the task, from 0
   * @param step number of finished steps of the task, from 1
   * @param totalSteps steps that the task will take
   * @param loss the step's objective before its update, in nats per target token plus penalties
   */
  void onStep(int task, long step, long totalSteps, double loss);

  /**
   * Asked after each step: whether to stop there, with a checkpoint from which a later run goes on.
   */
  default boolean stops() {
    return false;
  }
}
