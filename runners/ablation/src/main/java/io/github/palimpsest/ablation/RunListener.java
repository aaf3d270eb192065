package io.github.palimpsest.ablation;

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

  /** Scores are being measured; {@code moment} says when, for people. */
  default void evaluating(Cell cell, String moment) {}

  /** A cell has its result. */
  default void finished(Cell cell) {}

  /** A cell has failed; the others go on. */
  default void failed(Cell cell, String reason) {}

  /** Asked between steps: whether the run is to stop there, with a checkpoint to go on from. */
  default boolean stops() {
    return false;
  }
}
