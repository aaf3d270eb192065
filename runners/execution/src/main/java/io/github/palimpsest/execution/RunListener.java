package io.github.palimpsest.execution;

import io.github.palimpsest.experiment.plan.Cell;
import io.github.palimpsest.experiment.plan.Plan;
import io.github.palimpsest.experiment.plan.Stage;
import java.util.Map;

/** Is told how a run goes on; every method may be left out. */
public interface RunListener {
  /** Hears nothing. */
  RunListener NONE = new RunListener() {};

  /** Called once, before the first cell. */
  default void planned(Plan plan) {}

  /** A cell whose result is there already. */
  default void skipped(Cell cell) {}

  /**
   * A cell begins or goes on.
   *
   * @param cell the cell
   * @param steps the training steps of all its tasks
   */
  default void started(Cell cell, long steps) {}

  /** A stage begins to be trained for a cell, or goes on. */
  default void training(Cell cell, Stage stage) {}

  /**
   * A training step is done.
   *
   * @param cell the cell
   * @param task the task's name
   * @param stepsDone steps of the cell so far, those before an interruption included
   * @param loss the step's objective
   */
  default void step(Cell cell, String task, long stepsDone, double loss) {}

  /**
   * What is left to train when a run begins.
   *
   * @param passes the forward-and-backward passes of each stage without a state, as its components
   *     declare them, by the stage's id
   */
  default void open(Map<String, Double> passes) {}

  /**
   * A step of a stage is done, the same that {@link #step} tells of its cell.
   *
   * @param stage what is trained
   * @param step the stage's steps so far, those before an interruption included
   * @param steps all of the stage's
   * @param loss the step's objective
   */
  default void trained(Stage stage, long step, long steps, double loss) {}

  /** Scores are being measured; {@code moment} says when, for people. */
  default void evaluating(Cell cell, String moment) {}

  /** A cell has its result. */
  default void finished(Cell cell) {}

  /** A cell has failed; the others go on. */
  default void failed(Cell cell, String reason) {}

  /**
   * What is in the output folder is read through, to see that it is as it was written.
   *
   * @param bytes how much of it has been read
   * @param all how much there is
   */
  default void checking(long bytes, long all) {}

  /**
   * Something in the output folder was not what had been written; it has been set aside and is
   * computed again.
   *
   * @param message for people; names the file
   */
  default void damaged(String message) {}

  /** Asked between steps: whether the run is to stop there, with a checkpoint to go on from. */
  default boolean stops() {
    return false;
  }
}
