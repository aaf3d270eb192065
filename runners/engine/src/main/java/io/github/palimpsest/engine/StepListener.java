package io.github.palimpsest.engine;

import io.github.palimpsest.api.parameter.WeightSnapshot;

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

  /** Called after each step with all that is known of it. */
  default void onStep(StepReport step) {
    onStep(step.task(), step.step(), step.totalSteps(), step.loss());
  }

  /** Asked once before the first step: whether steps report the norm of their gradient. */
  default boolean measuresGradientNorm() {
    return false;
  }

  /**
   * Asked after each step: whether to stop there, with a checkpoint from which a later run goes on.
   */
  default boolean stops() {
    return false;
  }

  /**
   * Asked before the first step and after each: whether {@link #weights} is called there.
   *
   * @param step number of finished steps of the task; 0 before the first
   * @param totalSteps steps that the task will take
   */
  default boolean looks(long step, long totalSteps) {
    return false;
  }

  /**
   * The model's weights where {@link #looks} asked for them. Looking changes no step: training goes
   * on with the same bits. A step that is repeated after an interruption is looked at again.
   *
   * @param task the task, from 0
   * @param step number of finished steps of the task
   * @param weights with the adapter merged, and no merger applied; valid during this call
   */
  default void weights(int task, long step, WeightSnapshot weights) {}

  /**
   * Asked after each call of {@link #weights}: whether the weights there are kept, in place of
   * those kept before, for {@link TaskLoop#returnTo}.
   */
  default boolean keeps() {
    return false;
  }

  /**
   * Asked after each step: whether the task ends there. Its schedules are those of all its steps.
   */
  default boolean ends() {
    return false;
  }
}
