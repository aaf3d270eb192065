package io.github.palimpsest.execution;

import io.github.palimpsest.experiment.plan.Plan;
import java.nio.file.Path;
import java.util.OptionalInt;

/**
 * Runs plans: {@link InProcess} in this process, {@link
 * io.github.palimpsest.execution.pool.WorkerPool} in several others.
 */
public interface Executor {
  /**
   * Runs all cells that have no result yet, until every cell has a result or has failed, or the
   * listener stops the run.
   *
   * @param plan the plan
   * @param settings the settings of the run
   * @param out the output folder; created after model and data have been checked
   * @param listener receives the events of each stage and cell
   * @return empty if the work was done or stopped; otherwise the exit code of a worker that could
   *     not start to work
   * @throws io.github.palimpsest.api.PalimpsestException if model or data cannot be read or a
   *     worker cannot be started
   * @throws io.github.palimpsest.storage.OutputException if the folder belongs to another
   *     experiment or cannot be written
   */
  OptionalInt execute(Plan plan, RunSettings settings, Path out, Listener listener);

  /** Receives the events of an execution; may be called by several threads at a time. */
  interface Listener {
    /**
     * Is told of what one worker does. Worker 0 is told of {@link RunEvent.Planned} and of damage
     * that is found before any worker trains.
     *
     * @param place the worker's place, from 0; another takes it when a worker dies
     */
    RunListener worker(int place);

    /** The output folder has been created; called once, before any worker trains. */
    default void begun() {}

    /** The worker in this place has ended. */
    default void lost(int place) {}

    /** A readable line. */
    default void message(String line) {}

    /**
     * Called repeatedly: whether to stop after the current step, with a checkpoint for resuming.
     */
    default boolean stops() {
      return false;
    }
  }
}
