package io.github.palimpsest.execution.pool;

import io.github.palimpsest.execution.Assignment;
import io.github.palimpsest.execution.ExperimentRun;
import io.github.palimpsest.execution.RunEvent;
import io.github.palimpsest.execution.RunListener;
import io.github.palimpsest.execution.RunListeners;
import io.github.palimpsest.execution.RunSettings;
import io.github.palimpsest.execution.lease.Participant;
import io.github.palimpsest.experiment.plan.Plan;
import io.github.palimpsest.experiment.subject.Subject;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.tensorflow.TensorFlow;

/**
 * The work of a process that a {@link WorkerPool} has started: it opens model and data, waits for
 * the signal to begin, and joins the run.
 *
 * @param plan the pool's plan
 * @param settings the settings of the pool
 * @param as how the process takes part in the work on the folder
 * @param assignment the part of the plan that it does
 * @param folder the output folder
 * @param out the process's standard output, which the pool reads; nothing else may print to it
 * @param err the process's standard error, which the pool prints
 */
public record Worker(
    Plan plan,
    RunSettings settings,
    Participant as,
    Assignment assignment,
    Path folder,
    PrintWriter out,
    PrintWriter err) {

  /**
   * Works until all work is done. Ends the process when the pool has ended, and on an {@link
   * Error}: the pool then starts another worker.
   *
   * @param source opens model and data; they are closed at the end
   * @param stop is run when the pool asks to stop after the step
   * @param stops whether to stop after the step
   * @return the exit code of the process
   */
  public int work(Supplier<? extends Subject> source, Runnable stop, BooleanSupplier stops) {
    WorkerEvents events = new WorkerEvents(out);
    try (Subject subject = source.get()) {
      WorkerProcess.Inbox pool = new WorkerProcess.Inbox(stop);
      events.on(new RunEvent.Ready());
      TensorFlow.version(); // loads the library, while the pool prepares the folder
      if (!pool.mayGo()) {
        return WorkerExit.OK;
      }
      ExperimentRun.Summary summary =
          ExperimentRun.join(
              plan,
              settings,
              subject,
              folder,
              new RunListeners(List.of(events, own(stops))),
              as,
              assignment);
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
