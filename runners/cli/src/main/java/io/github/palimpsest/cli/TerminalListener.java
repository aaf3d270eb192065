package io.github.palimpsest.cli;

import io.github.palimpsest.cli.terminal.Progress;
import io.github.palimpsest.execution.Executor;
import io.github.palimpsest.execution.RunListener;

/**
 * Shows an execution in the terminal, and stops it when the user asks for it.
 *
 * @param progress shows each worker
 * @param interruption hears the user
 * @param start is run when the work begins
 */
record TerminalListener(Progress progress, Interruption interruption, Runnable start)
    implements Executor.Listener {
  @Override
  public RunListener worker(int place) {
    return progress.worker(place);
  }

  @Override
  public void begun() {
    start.run();
  }

  @Override
  public void lost(int place) {
    progress.worker(place).lost();
  }

  @Override
  public void message(String line) {
    progress.print(line);
  }

  @Override
  public boolean stops() {
    return interruption.stops();
  }
}
