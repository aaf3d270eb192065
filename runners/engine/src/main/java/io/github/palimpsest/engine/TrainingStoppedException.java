package io.github.palimpsest.engine;

import io.github.palimpsest.api.PalimpsestException;

/** Training was asked to stop. What was done is in a checkpoint, if any are kept. */
public final class TrainingStoppedException extends PalimpsestException {
  private static final long serialVersionUID = 1L;

  /**
   * @param task the task's name; empty between tasks
   * @param step the steps of it that are done
   */
  public TrainingStoppedException(String task, long step) {
    super("stopped" + (task.isEmpty() ? "" : " after step " + step + " of task '" + task + "'"));
  }
}
