package io.github.palimpsest.execution;

import io.github.palimpsest.experiment.plan.Plan;
import io.github.palimpsest.experiment.subject.Subject;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalInt;
import java.util.function.Supplier;

/**
 * Runs a plan in this process. A crash of native code ends the process.
 *
 * @param source opens model and data; they are closed at the end of each execution
 */
public record InProcess(Supplier<? extends Subject> source) implements Executor {
  @Override
  public OptionalInt execute(Plan plan, RunSettings settings, Path out, Listener listener) {
    RunListener own =
        new RunListener() {
          @Override
          public void on(RunEvent event) {
            if (event instanceof RunEvent.Planned) {
              listener.begun();
            }
          }

          @Override
          public boolean stops() {
            return listener.stops();
          }
        };
    try (Subject subject = source.get()) {
      List<RunListener> all = List.of(listener.worker(0), own);
      ExperimentRun.run(plan, settings, subject, out, new RunListeners(all));
      return OptionalInt.empty();
    }
  }
}
