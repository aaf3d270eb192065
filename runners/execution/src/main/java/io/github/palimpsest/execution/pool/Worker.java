package io.github.palimpsest.execution.pool;

import io.github.palimpsest.execution.ExperimentRun;
import io.github.palimpsest.execution.RunEvent;
import io.github.palimpsest.execution.RunListener;
import io.github.palimpsest.execution.RunListeners;
import io.github.palimpsest.execution.RunSettings;
import io.github.palimpsest.experiment.plan.Plan;
import io.github.palimpsest.experiment.subject.Subject;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/**
 * What a process that a {@link WorkerPool} has started does: opens model and data, waits to be let
 * go, and joins the run.
 *
 * @param plan the plan of the pool
 * @param settings the settings of the pool
 * @param folder the output folder
 * @param out the process's standard output, which the pool reads; nothing else may print to it
 * @param err the process's standard error, which the pool prints
 */
public record Worker(
    Plan plan, RunSettings settings, Path folder, PrintWriter out, PrintWriter err) {

  /**
   * Works until nothing is left to do. Ends the process when the pool is gone, and on an {@link
   * Error}: the pool starts another worker.
   *
   * @param source opens what is trained and measured; it is closed at the end
   * @param stop is run when the pool asks to stop after the step
   * @param stops whether to stop after the step
   * @return the exit code of the process
   */
  public int work(Supplier<? extends Subject> source, Runnable stop, BooleanSupplier stops) {
    WorkerEvents events = new WorkerEvents(out);
    try (Subject subject = source.get()) {
      WorkerProcess.Inbox pool = new WorkerProcess.Inbox(stop);
      events.on(new RunEvent.Ready());
      if (!pool.mayGo()) {
        return WorkerExit.OK;
      }
      ExperimentRun.Summary summary =
          ExperimentRun.join(
              plan, settings, subject, folder, new RunListeners(List.of(events, own(stops))));
      pool.leave(events);
      return summary.failed() > 0 ? WorkerExit.FAILED : WorkerExit.OK;
    } catch (Error e) { // out of memory, for example
      e.printStackTrace(err);
      Runtime.getRuntime().halt(WorkerExit.CRASHED);
      throw e;
    }
  }

  private RunListener own(BooleanSupplier stops) {
    return new RunListener() {
      @Override
      public void on(RunEvent event) {} // the pool is told

      @Override
      public boolean stops() {
        return stops.getAsBoolean();
      }
    };
  }
}
