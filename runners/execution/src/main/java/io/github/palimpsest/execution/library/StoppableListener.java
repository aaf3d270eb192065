package io.github.palimpsest.execution.library;

import io.github.palimpsest.execution.RunEvent;
import io.github.palimpsest.execution.RunListener;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Stops a run between steps when its listener throws or its thread is interrupted. During the run
 * the thread's interrupted status is kept here, since with it the JDK closes the files that the run
 * writes.
 */
final class StoppableListener implements RunListener, AutoCloseable {
  private final RunListener listener;
  private final Thread runner = Thread.currentThread();
  private boolean interrupted;
  private @Nullable Throwable thrown;

  StoppableListener(RunListener listener) {
    this.listener = listener;
    takeInterruption();
  }

  /** Whether the run's thread has been interrupted; clears the thread's status. */
  synchronized boolean takeInterruption() {
    if (Thread.currentThread() == runner && Thread.interrupted()) {
      interrupted = true;
    }
    return interrupted;
  }

  @Override
  public void on(RunEvent event) {
    asked(
        () -> {
          listener.on(event);
          return false;
        });
  }

  @Override
  public boolean stops() {
    return takeInterruption() || asked(listener::stops);
  }

  /** The listener's answer; true once it has thrown, and then it is asked nothing more. */
  private synchronized boolean asked(BooleanSupplier question) {
    if (thrown != null) {
      return true;
    }
    try {
      return question.getAsBoolean();
    } catch (RuntimeException | Error e) { // not a failure of the cell that is being trained
      thrown = e;
      return true;
    } finally {
      takeInterruption();
    }
  }

  /** Throws what the listener has thrown. */
  synchronized void rethrow() {
    if (thrown instanceof RuntimeException e) {
      throw e;
    }
    if (thrown instanceof Error e) {
      throw e;
    }
  }

  /** Gives the thread its interrupted status back. */
  @Override
  public synchronized void close() {
    if (takeInterruption()) {
      runner.interrupt();
    }
  }
}
