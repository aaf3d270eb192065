package io.github.palimpsest.execution;

import io.github.palimpsest.experiment.plan.Cell;
import io.github.palimpsest.experiment.plan.Plan;
import io.github.palimpsest.experiment.plan.Stage;
import java.util.Map;

/** Receives the events of a run; every method is optional. */
public interface RunListener {
  /** A listener that does nothing. */
  RunListener NONE = new RunListener() {};

  /** Called once, before the first cell. */
  default void planned(Plan plan) {}

  /** A cell that already has a result. */
  default void skipped(Cell cell) {}

  /**
   * A cell begins or continues.
   *
   * @param cell the cell
   * @param steps the training steps of all its tasks
   */
  default void started(Cell cell, long steps) {}

  /** The training of a stage for a cell begins or continues. */
  default void training(Cell cell, Stage stage) {}

  /**
   * A training step is done.
   *
   * @param cell the cell
   * @param task the task's name
   * @param stepsDone steps of the cell so far, including those before an interruption
   * @param loss the step's objective
   */
  default void step(Cell cell, String task, long stepsDone, double loss) {}

  /**
   * The remaining training at the start of a run.
   *
   * @param passes the forward-and-backward passes of each stage without a state, as its components
   *     declare them, by the stage's id
   */
  default void open(Map<String, Double> passes) {}

  /**
   * A step of a stage is done; {@link #step} reports the same step for its cell.
   *
   * @param stage the stage
   * @param step the stage's steps so far, including those before an interruption
   * @param steps all of the stage's
   * @param loss the step's objective
   */
  default void trained(Stage stage, long step, long steps, double loss) {}

  /** Scores are being measured; {@code moment} describes the time in words. */
  default void evaluating(Cell cell, String moment) {}

  /** A cell has its result. */
  default void finished(Cell cell) {}

  /** A cell has failed; the others continue. */
  default void failed(Cell cell, String reason) {}

  /**
   * What is in the output folder is read through, to see that it is as it was written.
   *
   * @param bytes how much of it has been read
   * @param all how much there is
   */
  default void checking(long bytes, long all) {}

  /**
   * A damaged file in the output folder has been set aside and is computed again.
   *
   * @param message a readable message that names the file
   */
  default void damaged(String message) {}

  /** Called between steps: whether the run shall stop there, with a checkpoint for resuming. */
  default boolean stops() {
    return false;
  }
}
