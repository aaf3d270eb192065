package io.github.palimpsest.cli;

import io.github.palimpsest.cli.terminal.ExitCode;
import io.github.palimpsest.execution.pool.Whereabouts;
import java.util.function.Consumer;
import org.jline.utils.Signals;

/**
 * Ctrl-C: the first time the run stops after its step, with a checkpoint; the second time at once.
 * A terminal sends it to the workers of a pool, too; each stops by itself likewise.
 */
final class Interruption implements AutoCloseable {
  private static final String SIGNAL = "INT";

  private final Runnable first;
  private final Object before;
  private boolean heard;
  private volatile boolean wanted;

  private Interruption(Runnable first) {
    this.first = first;
    Whereabouts.ofThisProcess().ifPresent(Whereabouts::listen);
    this.before = Signals.register(SIGNAL, this::interrupted);
  }

  /** Listens to Ctrl-C from now on, in silence. */
  static Interruption heard() {
    return new Interruption(() -> {});
  }

  /**
   * Listens to Ctrl-C from now on.
   *
   * @param told is told what the next Ctrl-C does
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
    heard = true; // unlike a pool's word, which may come before the signal of the same Ctrl-C
    stop();
    first.run();
  }

  /** Asks the run to stop. */
  void stop() {
    wanted = true;
  }

  /** Whether the run is to stop after its step. */
  boolean stops() {
    return wanted || Whereabouts.ofThisProcess().filter(Whereabouts::isAskedToStop).isPresent();
  }

  @Override
  public void close() {
    if (before != null) {
      Signals.unregister(SIGNAL, before);
    }
  }
}
