package io.github.palimpsest.execution;

import io.github.palimpsest.experiment.plan.Plan;
import java.nio.file.Path;
import java.util.OptionalInt;

/**
 * Where a plan is run: {@link InProcess} in this process, {@link
 * io.github.palimpsest.execution.pool.WorkerPool} in several others.
 */
public interface Executor {
  /**
   * Runs what has no result yet, until every cell has a result or has failed, or the listener stops
   * it.
   *
   * @param plan what to run
   * @param settings how it goes about it
   * @param out the output folder; made once model and data are found in order
   * @param listener is told what becomes of each stage and cell
   * @return empty if the work was done or stopped; otherwise the exit code of the worker that could
   *     not work at all
   * @throws io.github.palimpsest.api.PalimpsestException if model or data cannot be read or a
   *     worker cannot be started
   * @throws io.github.palimpsest.storage.OutputException if the folder is another experiment's or
   *     cannot be written
   */
  OptionalInt execute(Plan plan, RunSettings settings, Path out, Listener listener);

  /** Is told how an execution goes on; may be called by several threads at a time. */
  interface Listener {
    /**
     * Is told of what one worker does. Worker 0 is told of {@link RunEvent.Planned} and of damage
     * that is found before any worker trains.
     *
     * @param place the worker's place, from 0; another takes it when a worker dies
     */
    RunListener worker(int place);

    /** The output folder has been made; called once, before any worker trains. */
    default void begun() {}

    /** The worker in this place has ended. */
    default void lost(int place) {}

    /** A line for people. */
    default void message(String line) {}

    /** Asked again and again: whether to stop after the step, with a checkpoint to go on from. */
    default boolean stops() {
      return false;
    }
  }
}
