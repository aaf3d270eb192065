package io.github.palimpsest.execution.cluster;

import io.github.palimpsest.execution.RunEvent;
import io.github.palimpsest.execution.pool.Whereabouts;
import io.github.palimpsest.execution.pool.WorkerProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Runs a worker process on the machine that a cluster has chosen, and talks with the run that
 * ordered it. Needs no classes except those of this project's {@code api}, {@code storage} and
 * {@code execution}.
 */
public final class HostedWorker {
  private static final int ASK_MILLIS = 500;
  private static final String TYPE = "{\"" + RunEvent.TYPE + "\":\"";

  private HostedWorker() {}

  /**
   * Runs a worker to its end.
   *
   * @param options options of its JVM that depend on this machine
   * @param environment variables that depend on this machine
   * @throws IOException if it cannot be started here
   * @throws InterruptedException if this thread is interrupted; the process is ended
   */
  public static WorkerEnd run(
      WorkerOrder order, List<String> options, Map<String, String> environment, WorkerTalk talk)
      throws IOException, InterruptedException {
    Path directory = Path.of(order.directory());
    if (!Files.isDirectory(directory)) {
      throw new IOException(
          "the folder '" + directory + "' does not exist on this machine of the cluster");
    }
    Whereabouts seen = Whereabouts.create();
    List<String> words = new ArrayList<>();
    words.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    words.add(seen.option());
    words.addAll(options);
    words.addAll(order.words());
    ProcessBuilder command = new ProcessBuilder(words).directory(directory.toFile());
    command.environment().putAll(order.environment());
    command.environment().putAll(environment);
    WorkerProcess worker = WorkerProcess.start(command, seen, talk::message);
    try {
      return follow(worker, order, talk);
    } finally {
      worker.kill(); // nothing if it has ended
    }
  }

  private static WorkerEnd follow(WorkerProcess worker, WorkerOrder order, WorkerTalk talk)
      throws InterruptedException {
    AtomicBoolean ready = new AtomicBoolean();
    AtomicBoolean silent = new AtomicBoolean();
    Thread events = new Thread(() -> worker.listen(line -> heard(line, worker, ready, talk)));
    events.setDaemon(true);
    events.setName("worker-events");
    events.setUncaughtExceptionHandler(
        (thread, thrown) -> { // nobody is told any more
          silent.set(true);
          worker.kill();
        });
    events.start();
    WorkerTalk.Signal told = WorkerTalk.Signal.WAIT;
    while (events.isAlive()) {
      WorkerTalk.Signal now = talk.signal();
      if (now == WorkerTalk.Signal.STOP && told != now) {
        worker.askToStop();
        told = now;
      } else if (now == WorkerTalk.Signal.GO && told != now && ready.get()) {
        worker.go();
        told = now;
      }
      worker.check(System.nanoTime(), order.stallTimeout());
      events.join(ASK_MILLIS);
    }
    if (silent.get()) {
      throw new IllegalStateException("the run that ordered this worker does not answer");
    }
    return new WorkerEnd(worker.end(), ready.get(), worker.held());
  }

  private static void heard(
      String line, WorkerProcess worker, AtomicBoolean ready, WorkerTalk talk) {
    talk.event(line);
    if (line.startsWith(TYPE + "ready\"")) {
      ready.set(true);
    } else if (line.startsWith(TYPE + "done\"")) {
      worker.dismiss();
    }
  }
}
