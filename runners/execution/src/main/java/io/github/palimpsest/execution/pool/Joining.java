package io.github.palimpsest.execution.pool;

import io.github.palimpsest.execution.Executor;
import io.github.palimpsest.execution.ExperimentRun;
import io.github.palimpsest.execution.RunEvent;
import io.github.palimpsest.execution.RunListener;
import io.github.palimpsest.execution.RunListeners;
import io.github.palimpsest.execution.RunSettings;
import io.github.palimpsest.execution.lease.Participant;
import io.github.palimpsest.experiment.plan.Plan;
import io.github.palimpsest.experiment.subject.Subject;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalInt;
import java.util.function.Supplier;

/**
 * Joins the runs on a prepared folder in this process.
 *
 * @param source opens model and data; they are closed at the end of each execution
 * @param as how this process takes part
 */
public record Joining(Supplier<? extends Subject> source, Participant as) implements Executor {
  @Override
  public OptionalInt execute(Plan plan, RunSettings settings, Path out, Listener listener) {
    RunListener stopping =
        new RunListener() {
          @Override
          public void on(RunEvent event) {} // the worker's listener is told

          @Override
          public boolean stops() {
            return listener.stops();
          }
        };
    try (Subject subject = source.get()) {
      RunListener worker = listener.worker(0);
      worker.on(new RunEvent.Planned());
      List<RunListener> all = List.of(stopping, worker);
      ExperimentRun.join(plan, settings, subject, out, new RunListeners(all), as);
      return OptionalInt.empty();
    }
  }
}
