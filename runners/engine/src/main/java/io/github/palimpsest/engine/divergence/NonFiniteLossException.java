package io.github.palimpsest.engine.divergence;

/** A training step whose loss is not a finite number; names the task and the step. */
public final class NonFiniteLossException extends DivergedException {
  private static final long serialVersionUID = 1L;
  private final int task;
  private final long step;

  /**
   * @param task from 0
   * @param step of the task, from 1
   * @param loss what it became
   */
  public NonFiniteLossException(int task, long step, double loss) {
    super(
        "the loss became "
            + loss
            + " at step "
            + step
            + " of task "
            + (task + 1)
            + ": lower the learning rate or rho, warm up, or clip the gradient norm");
    this.task = task;
    this.step = step;
  }

  /** The task, from 0. */
  public int task() {
    return task;
  }

  /** The step within the task, from 1. */
  public long step() {
    return step;
  }
}
