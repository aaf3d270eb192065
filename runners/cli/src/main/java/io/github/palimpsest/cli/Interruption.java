package io.github.palimpsest.cli;

import io.github.palimpsest.cli.terminal.EndSignals;
import io.github.palimpsest.cli.terminal.ExitCode;
import io.github.palimpsest.execution.pool.Whereabouts;
import java.util.function.Consumer;

/**
 * Ctrl-C or SIGTERM: at the first one the run stops after its step, with a checkpoint; at the
 * second one it stops at once. A terminal sends the first to the workers of a pool too, and so do
 * schedulers with the second; each worker stops in this way.
 */
final class Interruption implements AutoCloseable {
  private final Runnable first;
  private final EndSignals signals;
  private boolean heard;
  private volatile boolean wanted;

  private Interruption(Runnable first) {
    this.first = first;
    Whereabouts.ofThisProcess().ifPresent(Whereabouts::listen);
    signals = EndSignals.to(this::interrupted);
  }

  /** Listens from now on, without messages. */
  static Interruption heard() {
    return new Interruption(() -> {});
  }

  /**
   * Listens from now on.
   *
   * @param told receives a message about the effect of the next signal
   */
  static Interruption heard(Consumer<String> told) {
    return new Interruption(
        () ->
            told.accept(
                "palimpsest: stopping after this step, with a checkpoint; Ctrl-C again stops at"
                    + " once"));
  }

  private synchronized void interrupted() {
    if (heard) {
      Whereabouts.ofThisProcess().ifPresent(w -> w.end(ExitCode.INTERRUPTED));
      Runtime.getRuntime().halt(ExitCode.INTERRUPTED);
    }
    heard = true; // the pool's request may come before the same signal
    stop();
    first.run();
  }

  /** Requests that the run stop. */
  void stop() {
    wanted = true;
  }

  /** Whether the run is to stop after its step. */
  boolean stops() {
    return wanted || Whereabouts.ofThisProcess().filter(Whereabouts::isAskedToStop).isPresent();
  }

  @Override
  public void close() {
    signals.close();
  }
}
