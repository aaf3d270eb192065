package io.github.palimpsest.engine;

import io.github.palimpsest.api.PalimpsestException;

/** Training was asked to stop. Finished steps are in a checkpoint, if checkpoints are kept. */
public final class TrainingStoppedException extends PalimpsestException {
  private static final long serialVersionUID = 1L;

  /**
   * @param task the task's name; empty between tasks
   * @param step the number of its finished steps
   */
  public TrainingStoppedException(String task, long step) {
    super("stopped" + (task.isEmpty() ? "" : " after step " + step + " of task '" + task + "'"));
  }
}
