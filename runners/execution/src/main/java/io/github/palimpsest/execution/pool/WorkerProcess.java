package io.github.palimpsest.execution.pool;

import io.github.palimpsest.execution.RunEvent;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.function.Consumer;

/** One process of a {@link WorkerPool}, and both ends of what it is told on its standard input. */
final class WorkerProcess {
  private static final String GO = "go";
  private static final String STOP = "stop";

  private final Process process;
  private final Whereabouts seen;
  private final StallWatch watch = new StallWatch();
  private final Consumer<String> messages;
  private final List<String> held = new ArrayList<>();
  private final Thread errors;
  private boolean going;
  private boolean stalled;

  private WorkerProcess(Process process, Whereabouts seen, Consumer<String> messages) {
    this.process = process;
    this.seen = seen;
    this.messages = messages;
    this.errors = new Thread(() -> follow(process.getErrorStream(), this::hear), "worker-errors");
    errors.setDaemon(true);
    errors.start();
  }

  /**
   * Starts a worker.
   *
   * @param seen where it says what it is at; deleted when it has ended
   * @param messages gets the lines of its standard error, once it is let go
   */
  static WorkerProcess start(List<String> command, Whereabouts seen, Consumer<String> messages)
      throws IOException {
    return new WorkerProcess(new ProcessBuilder(command).start(), seen, messages);
  }

  /**
   * Kills the process if it has not moved for too long. Before it is let go it may open a large
   * model, so only a plugin's code can be blamed then.
   *
   * @param nanos the time, from an arbitrary origin
   */
  synchronized void check(long nanos, Duration limit) {
    boolean counts = going || !seen.place().isEmpty();
    if (!stalled && watch.stalled(nanos, seen.moves(), counts, limit)) {
      stalled = true;
      process.destroyForcibly();
    }
  }

  private synchronized void hear(String line) {
    if (going) {
      messages.accept(line);
    } else {
      held.add(line);
    }
  }

  /** Hands the lines of its standard output over as they come, to their end. */
  void listen(Consumer<String> events) {
    follow(process.getInputStream(), events);
  }

  private static void follow(InputStream stream, Consumer<String> told) {
    try (BufferedReader lines = reader(stream)) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        told.accept(line);
      }
    } catch (IOException e) {
      return; // the process is gone
    }
  }

  private static BufferedReader reader(InputStream in) {
    return new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8));
  }

  /** Lets it begin to work. */
  synchronized void go() {
    going = true;
    held.forEach(messages);
    held.clear();
    tell(GO);
  }

  /** Lets it stop after its step, with a checkpoint. */
  void askToStop() {
    tell(STOP);
  }

  /** Says nothing more to it, as its work is done. */
  synchronized void dismiss() {
    try {
      process.getOutputStream().close();
    } catch (IOException e) {
      return; // it has ended by itself
    }
  }

  private synchronized void tell(String word) {
    try {
      process.getOutputStream().write((word + "\n").getBytes(StandardCharsets.US_ASCII));
      process.getOutputStream().flush();
    } catch (IOException e) {
      return; // it has ended by itself
    }
  }

  void kill() {
    process.destroy();
  }

  /**
   * How a worker ended.
   *
   * @param code the exit code
   * @param byItself whether it had come to its end, and nothing else ended the process
   * @param stalled whether it was killed because it did not move
   * @param place the call of a plugin that it was in; empty if none
   */
  record End(int code, boolean byItself, boolean stalled, String place) {}

  /** Waits for its end. */
  End end() throws InterruptedException {
    int code = process.waitFor();
    errors.join();
    synchronized (this) {
      OptionalInt own = seen.ended();
      seen.close();
      return new End(own.orElse(code), own.isPresent(), stalled, seen.place());
    }
  }

  /** What it had to say before it was let go. */
  synchronized List<String> held() {
    return List.copyOf(held);
  }

  /** A worker's own end: hears what the pool says, and ends this process when the pool is gone. */
  static final class Inbox {
    /** The JVM waits 300 ms at its end for a thread that reads. */
    private static final int DISMISSAL_MILLIS = 300;

    private final BlockingQueue<Boolean> go = new ArrayBlockingQueue<>(1);
    private final Thread watch;
    private volatile boolean done;

    /** Listens from now on. */
    Inbox(Runnable stop) {
      watch = new Thread(() -> follow(stop), "pool-watch");
      watch.setDaemon(true);
      watch.start();
    }

    /** Tells the pool that the work is done, and stops to listen when it has heard. */
    void leave(WorkerEvents events) {
      done = true;
      events.on(new RunEvent.Done());
      try {
        watch.join(DISMISSAL_MILLIS);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }

    private void follow(Runnable stop) {
      try (BufferedReader lines = reader(System.in)) {
        for (String line = lines.readLine(); line != null; line = lines.readLine()) {
          if (line.equals(STOP)) {
            stop.run();
          }
          go.offer(line.equals(GO));
        }
      } catch (IOException e) {
        Runtime.getRuntime().halt(WorkerExit.FAILED);
      }
      if (!done) {
        Runtime.getRuntime().halt(WorkerExit.FAILED);
      }
    }

    /** Waits for leave to begin; false if it is to stop instead. */
    boolean mayGo() {
      try {
        return go.take();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return false;
      }
    }
  }
}
