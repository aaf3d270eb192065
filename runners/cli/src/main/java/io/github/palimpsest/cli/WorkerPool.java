package io.github.palimpsest.cli;

import io.github.palimpsest.ablation.Cell;
import io.github.palimpsest.ablation.ExperimentRun;
import io.github.palimpsest.ablation.Plan;
import io.github.palimpsest.ablation.RunListener;
import io.github.palimpsest.api.PalimpsestException;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintWriter;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * Several processes that work on one output folder. A process that dies takes nothing with it but
 * the steps since a checkpoint: another takes its place, and a stage that kills three is failed.
 */
final class WorkerPool {
  private static final int CRASHES = 3;
  private static final int FORWARD_MILLIS = 100;

  private final Plan plan;
  private final ExperimentRun.Sharing sharing;
  private final Path folder;
  private final PrintWriter err;
  private final RunListener told;
  private final Interruption interruption;
  private final Map<String, Integer> crashes = new HashMap<>();
  private final List<Process> running = new ArrayList<>();
  private boolean failFast;
  private volatile boolean ending;

  WorkerPool(
      Plan plan,
      ExperimentRun.Sharing sharing,
      Path folder,
      PrintWriter err,
      RunListener told,
      Interruption interruption) {
    this.plan = plan;
    this.sharing = sharing;
    this.folder = folder;
    this.err = err;
    this.told = told;
    this.interruption = interruption;
  }

  /**
   * Runs until all cells have a result or have failed.
   *
   * @param workers how many processes
   * @param arguments what each is to run
   * @param file the experiment file; workers read its text of now
   * @param failFast whether the first cell that fails ends the run
   * @return the exit code of the first worker that could not work at all, or 0
   */
  int run(int workers, List<String> arguments, Path file, boolean failFast) {
    ExperimentRun.prepare(plan, sharing, folder);
    told.planned(plan);
    int threads = Math.max(1, Runtime.getRuntime().availableProcessors() / workers);
    List<String> command = command(threads, arguments);
    command.addAll(List.of("--plan", plan.sha256()));
    command.addAll(List.of("--submitted", ExperimentRun.submit(file, folder).toString()));
    this.failFast = failFast;
    Thread forward = new Thread(this::forward, "pool-interrupt");
    forward.setDaemon(true);
    forward.start();
    Thread stop = new Thread(this::stop, "pool-stop");
    Runtime.getRuntime().addShutdownHook(stop);
    ExecutorService watchers = Executors.newFixedThreadPool(workers);
    try {
      List<Callable<Integer>> watched = new ArrayList<>();
      for (int i = 0; i < workers; i++) {
        watched.add(() -> watch(command));
      }
      int code = ExitCode.OK;
      for (Future<Integer> f : watchers.invokeAll(watched)) {
        code = Math.max(code, f.get());
      }
      return code;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new PalimpsestException("the run was interrupted", e);
    } catch (ExecutionException e) {
      throw new PalimpsestException("a worker cannot be started: " + e.getCause().getMessage(), e);
    } finally {
      watchers.shutdownNow();
      stop();
      Runtime.getRuntime().removeShutdownHook(stop);
    }
  }

  private static List<String> command(int threads, List<String> arguments) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(ManagementFactory.getRuntimeMXBean().getInputArguments());
    command.add("-Dpalimpsest.threads=" + threads);
    command.add("-cp");
    command.add(System.getProperty("java.class.path"));
    command.add(Main.class.getName());
    command.addAll(arguments);
    command.add("--worker");
    return command;
  }

  /** One place in the pool: starts a worker, and another if it dies. */
  private int watch(List<String> command) throws IOException, InterruptedException {
    while (true) {
      Process worker =
          new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
      synchronized (running) {
        running.add(worker);
      }
      Optional<Unit> stage = listen(worker);
      int code = worker.waitFor();
      synchronized (running) {
        running.remove(worker);
      }
      if (code == ExitCode.OK || code == ExitCode.FAILED) {
        return ExitCode.OK; // failed cells are in the report
      }
      if (code == ExitCode.USAGE || code == ExitCode.RULE) {
        stop();
        return code;
      }
      if (ending || interruption.stops()) {
        return ExitCode.OK;
      }
      if (!again(stage, code)) {
        return ExitCode.FAILED;
      }
    }
  }

  /** Whether a worker that died is to be replaced. */
  private synchronized boolean again(Optional<Unit> doing, int code) {
    String unit = doing.map(Unit::id).orElse("");
    int times = crashes.merge(unit, 1, Integer::sum);
    err.println(
        "palimpsest: a worker died (exit code " + code + ")" + doing.map(Unit::words).orElse(""));
    if (times >= CRASHES && doing.isEmpty()) {
      return false;
    }
    if (times >= CRASHES) {
      String reason = CRASHES + " workers died of it, the last with exit code " + code;
      if (doing.map(Unit::scoring).orElse(false)) {
        ExperimentRun.giveUpCell(plan, folder, unit, reason);
      } else {
        ExperimentRun.giveUp(plan, sharing, folder, unit, reason);
      }
    }
    return true;
  }

  /** What a worker was doing when it died: training a stage, or scoring a cell. */
  private record Unit(String id, boolean scoring) {
    String words() {
      return scoring ? " while it scored cell " + id : " while it trained stage " + id;
    }
  }

  /** Follows a worker to the end of its output: what it was doing then, if anything. */
  private Optional<Unit> listen(Process worker) throws IOException {
    Unit doing = null;
    try (BufferedReader lines =
        new BufferedReader(
            new InputStreamReader(worker.getInputStream(), StandardCharsets.UTF_8))) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        String[] parts = line.split("\t", 3);
        if (parts.length == 3) {
          boolean training = parts[0].equals(WorkerEvents.TRAINING);
          boolean scoring = parts[0].equals(WorkerEvents.SCORING);
          doing = training || scoring ? new Unit(parts[1], scoring) : null;
          tell(parts[0], parts[1], parts[2]);
        }
      }
    }
    return Optional.ofNullable(doing);
  }

  private synchronized void tell(String event, String id, String rest) {
    for (Cell cell : plan.cells()) {
      if (cell.id().equals(id) && event.equals(WorkerEvents.FINISHED)) {
        told.finished(cell);
      } else if (cell.id().equals(id) && event.equals(WorkerEvents.FAILED)) {
        told.failed(cell, rest);
        if (failFast) {
          askToStop();
        }
      }
    }
  }

  /** Hands a Ctrl-C on to the workers, which a shell sends to this process alone. */
  private void forward() {
    while (!interruption.stops() && !ending) {
      try {
        Thread.sleep(FORWARD_MILLIS);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return;
      }
    }
    askToStop();
  }

  /** Lets the workers stop after their step, each with a checkpoint. */
  private void askToStop() {
    ending = true;
    synchronized (running) {
      for (Process worker : running) {
        try {
          worker.getOutputStream().write('\n');
          worker.getOutputStream().flush();
        } catch (IOException e) {
          continue; // it has ended by itself
        }
      }
    }
  }

  private void stop() {
    synchronized (running) {
      running.forEach(Process::destroy);
    }
  }
}
