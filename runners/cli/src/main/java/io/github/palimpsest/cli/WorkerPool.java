package io.github.palimpsest.cli;

import io.github.palimpsest.api.PalimpsestException;
import io.github.palimpsest.execution.ExperimentRun;
import io.github.palimpsest.execution.RunListener;
import io.github.palimpsest.execution.RunSettings;
import io.github.palimpsest.experiment.plan.Cell;
import io.github.palimpsest.experiment.plan.Plan;
import io.github.palimpsest.experiment.plan.Stages;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
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
 * Processes that work on one output folder. A process that dies takes nothing with it but the steps
 * since a checkpoint: another takes its place, and a stage that kills three is failed. The folder
 * is made when the first has found model and data in order, so that a refusal leaves nothing.
 */
final class WorkerPool {
  private static final int CRASHES = 3;
  private static final int FORWARD_MILLIS = 100;

  private final Plan plan;
  private final RunSettings settings;
  private final Stages stages;
  private final Path folder;
  private final Progress progress;
  private final Interruption interruption;
  private final Runnable begun;
  private final Duration stallTimeout;
  private final Map<String, Integer> crashes = new HashMap<>();
  private final List<WorkerProcess> running = new ArrayList<>();
  private Optional<Path> submitted = Optional.empty();
  private boolean refused;
  private volatile boolean ending;
  private volatile boolean over;

  /**
   * @param begun is run when the folder has been made
   * @param stallTimeout how long a worker may stand still
   */
  WorkerPool(
      Plan plan,
      RunSettings settings,
      Path folder,
      Progress progress,
      Interruption interruption,
      Runnable begun,
      Duration stallTimeout) {
    this.plan = plan;
    this.settings = settings;
    this.stages = settings.stages(plan);
    this.folder = folder;
    this.progress = progress;
    this.interruption = interruption;
    this.begun = begun;
    this.stallTimeout = stallTimeout;
  }

  /**
   * Runs until all cells have a result or have failed.
   *
   * @param workers how many processes
   * @param arguments what each is to run
   * @param file the experiment file; workers that start later read its text of now
   * @return the exit code of the first worker that could not work at all, or 0
   */
  int run(int workers, List<String> arguments, Path file) {
    int threads = Math.max(1, Runtime.getRuntime().availableProcessors() / workers);
    List<String> command = command(threads, arguments);
    command.addAll(List.of("--plan", plan.sha256()));
    Thread forward = new Thread(this::forward, "pool-interrupt");
    forward.setDaemon(true);
    forward.start();
    Thread kill = new Thread(this::kill, "pool-stop");
    Runtime.getRuntime().addShutdownHook(kill);
    ExecutorService watchers = Executors.newFixedThreadPool(workers);
    try {
      List<Callable<Integer>> watched = new ArrayList<>();
      for (int i = 0; i < workers; i++) {
        int place = i;
        watched.add(() -> watch(place, command, file));
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
      throw e.getCause() instanceof PalimpsestException known
          ? known
          : new PalimpsestException("a worker cannot be started: " + e.getCause().getMessage(), e);
    } finally {
      ending = true;
      over = true;
      watchers.shutdownNow();
      kill();
      Runtime.getRuntime().removeShutdownHook(kill);
    }
  }

  private static List<String> command(int threads, List<String> arguments) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(Whereabouts.jvmOptions());
    command.add("-Dpalimpsest.threads=" + threads);
    command.add("-cp");
    command.add(System.getProperty("java.class.path"));
    command.add(Main.class.getName());
    command.addAll(arguments);
    command.add("--worker");
    return command;
  }

  /** One place in the pool: starts a worker, and another if it dies. */
  private int watch(int place, List<String> command, Path file)
      throws IOException, InterruptedException {
    Progress.Worker shown = progress.worker(place);
    while (true) {
      WorkerProcess worker = start(command);
      WorkerEvents.Reader reader = new WorkerEvents.Reader(plan, stages, listener(shown));
      boolean[] ready = {false};
      try {
        worker.listen(
            line -> {
              if (line.startsWith(WorkerEvents.READY)) {
                ready[0] = true;
                prepare(file);
                worker.go();
              } else if (line.startsWith(WorkerEvents.DONE)) {
                worker.dismiss();
              } else {
                reader.read(line);
              }
            });
      } catch (PalimpsestException e) { // the folder cannot be made
        kill();
        throw e;
      }
      WorkerProcess.End end = worker.end();
      synchronized (running) {
        running.remove(worker);
      }
      shown.lost();
      boolean worked = end.code() == ExitCode.FAILED && ready[0];
      if (end.byItself() && (end.code() == ExitCode.OK || worked)) {
        return ExitCode.OK; // failed cells are in the report
      }
      if (end.byItself()) {
        refuse(worker);
        return end.code();
      }
      if (ending || interruption.stops()) {
        return ExitCode.OK;
      }
      if (!again(reader.doing(), end)) {
        worker.held().forEach(progress::print);
        return ExitCode.FAILED;
      }
    }
  }

  private WorkerProcess start(List<String> command) throws IOException {
    Whereabouts seen = Whereabouts.create();
    List<String> all = new ArrayList<>(command);
    all.add(1, seen.option());
    synchronized (this) {
      submitted.ifPresent(text -> all.addAll(List.of("--submitted", text.toString())));
    }
    WorkerProcess worker = WorkerProcess.start(all, seen, progress::print);
    synchronized (running) {
      running.add(worker);
    }
    if (ending) { // since it was asked for
      worker.askToStop();
    }
    return worker;
  }

  /** Makes the folder when the first worker is ready. */
  private synchronized void prepare(Path file) {
    if (submitted.isEmpty()) {
      ExperimentRun.prepare(plan, settings, folder, progress.worker(0));
      submitted = Optional.of(ExperimentRun.submit(file, folder));
      begun.run();
      progress.planned();
    }
  }

  /** All workers refuse the same; the first one's reason is enough. */
  private synchronized void refuse(WorkerProcess worker) {
    if (!refused) {
      refused = true;
      ending = true;
      worker.held().forEach(progress::print);
      kill();
    }
  }

  /** Whether a worker that died is to be replaced. */
  private synchronized boolean again(Optional<WorkerEvents.Unit> doing, WorkerProcess.End end) {
    String unit = doing.map(WorkerEvents.Unit::id).orElse("");
    int times = crashes.merge(unit, 1, Integer::sum);
    String place = end.place().isEmpty() ? "" : ", in " + end.place();
    progress.print(
        "palimpsest: "
            + (end.stalled()
                ? "a worker was ended, since nothing had moved for " + Span.text(stallTimeout)
                : "a worker died (exit code " + end.code() + ")")
            + doing.map(WorkerEvents.Unit::words).orElse("")
            + place);
    if (times >= CRASHES && doing.isEmpty()) {
      return false;
    }
    if (times >= CRASHES) {
      String last =
          end.stalled()
              ? "after " + Span.text(stallTimeout) + " in which nothing moved"
              : "with exit code " + end.code();
      String reason = CRASHES + " workers died of it, the last " + last + place;
      if (doing.map(WorkerEvents.Unit::scoring).orElse(false)) {
        ExperimentRun.giveUpCell(plan, folder, unit, reason);
      } else {
        ExperimentRun.giveUp(plan, settings, folder, unit, reason);
      }
    }
    return true;
  }

  private RunListener listener(RunListener shown) {
    RunListener failFast =
        new RunListener() {
          @Override
          public void failed(Cell cell, String reason) {
            if (settings.patience() == RunSettings.Patience.FAIL_FAST) {
              askToStop();
            }
          }
        };
    return new RunListeners(List.of(shown, failFast));
  }

  /**
   * Hands a Ctrl-C on to the workers, where it was sent to this process alone; looks after them.
   */
  private void forward() {
    boolean asked = false;
    while (!over) {
      checkWorkers();
      if (!asked && (ending || interruption.stops())) {
        asked = true;
        askToStop();
      }
      try {
        Thread.sleep(FORWARD_MILLIS);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return;
      }
    }
  }

  private void checkWorkers() {
    synchronized (running) {
      running.forEach(worker -> worker.check(System.nanoTime(), stallTimeout));
    }
  }

  /** Lets the workers stop after their step, each with a checkpoint. */
  private void askToStop() {
    ending = true;
    synchronized (running) {
      running.forEach(WorkerProcess::askToStop);
    }
  }

  private void kill() {
    synchronized (running) {
      running.forEach(WorkerProcess::kill);
    }
  }
}
