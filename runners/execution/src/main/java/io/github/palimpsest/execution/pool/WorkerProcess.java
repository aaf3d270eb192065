package io.github.palimpsest.execution.pool;

import io.github.palimpsest.execution.RunEvent;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.Serializable;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.function.Consumer;

/** A process that runs {@link Worker#work}, and both ends of the messages on its standard input. */
public final class WorkerProcess {
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
   * @param command its command line, environment and working directory
   * @param seen the file with its present activity; deleted when it has ended
   * @param messages receives the lines of its standard error after it has begun to work
   */
  public static WorkerProcess start(
      ProcessBuilder command, Whereabouts seen, Consumer<String> messages) throws IOException {
    return new WorkerProcess(command.start(), seen, messages);
  }

  /**
   * Kills the process if it has made no progress for too long. Before it begins to work it may open
   * a large model, so then only the time inside a plugin's code counts.
   *
   * @param nanos the time, from an arbitrary origin
   */
  public synchronized void check(long nanos, Duration limit) {
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

  /** Passes on the lines of its standard output until their end. */
  public void listen(Consumer<String> events) {
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

  /** Signals it to begin. */
  public synchronized void go() {
    going = true;
    held.forEach(messages);
    held.clear();
    tell(GO);
  }

  /** Signals it to stop after its step, with a checkpoint. */
  public void askToStop() {
    tell(STOP);
  }

  /** Closes its input, because its work is done. */
  public synchronized void dismiss() {
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

  /** Ends it at once: SIGTERM would only ask it to stop after its step. */
  public void kill() {
    process.destroyForcibly();
  }

  /**
   * How a worker ended.
   *
   * @param code the exit code
   * @param byItself whether it ended normally
   * @param stalled whether it was killed because it made no progress
   * @param place the plugin call that it was in; empty if none
   */
  public record End(int code, boolean byItself, boolean stalled, String place)
      implements Serializable {}

  /** Waits for its end. */
  public End end() throws InterruptedException {
    int code = process.waitFor();
    errors.join();
    synchronized (this) {
      OptionalInt own = seen.ended();
      seen.close();
      return new End(own.orElse(code), own.isPresent(), stalled, seen.place());
    }
  }

  /** Its messages before it began to work. */
  public synchronized List<String> held() {
    return List.copyOf(held);
  }

  /** The worker's side: receives the pool's signals, and ends this process when the pool ends. */
  static final class Inbox {
    /** At its end the JVM waits 300 ms for a thread that reads. */
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

    /** Tells the pool that the work is done, and stops listening after the pool's answer. */
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

    /** Waits for the signal to begin; false if it shall stop instead. */
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
