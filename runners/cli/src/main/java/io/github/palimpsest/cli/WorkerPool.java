package io.github.palimpsest.cli;

import io.github.palimpsest.ablation.Cell;
import io.github.palimpsest.ablation.ExperimentRun;
import io.github.palimpsest.ablation.Plan;
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

  private final Plan plan;
  private final ExperimentRun.Sharing sharing;
  private final Path folder;
  private final PrintWriter err;
  private final Progress progress;
  private final Map<String, Integer> crashes = new HashMap<>();
  private final List<Process> running = new ArrayList<>();

  WorkerPool(
      Plan plan, ExperimentRun.Sharing sharing, Path folder, PrintWriter err, Progress progress) {
    this.plan = plan;
    this.sharing = sharing;
    this.folder = folder;
    this.err = err;
    this.progress = progress;
  }

  /**
   * Runs until all cells have a result or have failed.
   *
   * @param workers how many processes
   * @param arguments what each is to run
   * @return the exit code of the first worker that could not work at all, or 0
   */
  int run(int workers, List<String> arguments) {
    ExperimentRun.prepare(plan, sharing, folder);
    progress.planned(plan);
    int threads = Math.max(1, Runtime.getRuntime().availableProcessors() / workers);
    List<String> command = command(threads, arguments);
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
      Optional<String> stage = listen(worker);
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
      if (!again(stage, code)) {
        return ExitCode.FAILED;
      }
    }
  }

  /** Whether a worker that died is to be replaced. */
  private synchronized boolean again(Optional<String> stage, int code) {
    String unit = stage.orElse("");
    int times = crashes.merge(unit, 1, Integer::sum);
    String how = "a worker died (exit code " + code + ")";
    err.println("palimpsest: " + how + stage.map(s -> " while it trained stage " + s).orElse(""));
    if (times >= CRASHES && stage.isEmpty()) {
      return false;
    }
    if (times >= CRASHES) {
      String reason = CRASHES + " workers died of it, the last with exit code " + code;
      ExperimentRun.giveUp(plan, sharing, folder, unit, reason);
    }
    return true;
  }

  /** Follows a worker to the end of its output: the stage it was training then, if any. */
  private Optional<String> listen(Process worker) throws IOException {
    String stage = null;
    try (BufferedReader lines =
        new BufferedReader(
            new InputStreamReader(worker.getInputStream(), StandardCharsets.UTF_8))) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        String[] parts = line.split("\t", 3);
        if (parts.length == 3) {
          stage = parts[0].equals(WorkerEvents.TRAINING) ? parts[1] : null;
          tell(parts[0], parts[1], parts[2]);
        }
      }
    }
    return Optional.ofNullable(stage);
  }

  private synchronized void tell(String event, String id, String rest) {
    for (Cell cell : plan.cells()) {
      if (cell.id().equals(id) && event.equals(WorkerEvents.FINISHED)) {
        progress.finished(cell);
      } else if (cell.id().equals(id) && event.equals(WorkerEvents.FAILED)) {
        progress.failed(cell, rest);
      }
    }
  }

  private void stop() {
    synchronized (running) {
      running.forEach(Process::destroy);
    }
  }
}
