package io.github.palimpsest.execution.pool;

import io.github.palimpsest.api.PalimpsestException;
import io.github.palimpsest.engine.device.Device;
import io.github.palimpsest.execution.EventLines;
import io.github.palimpsest.execution.Executor;
import io.github.palimpsest.execution.ExperimentRun;
import io.github.palimpsest.execution.RunEvent;
import io.github.palimpsest.execution.RunListener;
import io.github.palimpsest.execution.RunListeners;
import io.github.palimpsest.execution.RunSettings;
import io.github.palimpsest.experiment.plan.Plan;
import io.github.palimpsest.storage.JavaCommand;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicReference;

/**
 * Processes that work on one output folder. When a process dies, only the steps since a checkpoint
 * are lost: another one replaces it, and a stage that kills three processes fails. The folder is
 * created when the first process has checked model and data, so a refusal leaves nothing.
 */
public final class WorkerPool implements Executor {
  private static final int FORWARD_MILLIS = 100;

  /** The system property with the place of a worker; the first is 0. */
  public static final String PLACE = "palimpsest.place";

  private final int workers;
  private final WorkerCommand command;
  private final Duration stallTimeout;
  private final boolean joins;
  private final List<Integer> gpus;

  /**
   * A pool that can execute any number of plans.
   *
   * @param workers the number of processes, at least 1; they share the processors
   * @param command the command line of each
   * @param stallTimeout the time without progress after which a worker is ended
   * @throws IllegalArgumentException if the number of workers is less than 1
   */
  public WorkerPool(int workers, WorkerCommand command, Duration stallTimeout) {
    this(workers, command, stallTimeout, false, List.of());
  }

  private WorkerPool(
      int workers,
      WorkerCommand command,
      Duration stallTimeout,
      boolean joins,
      List<Integer> gpus) {
    this.joins = joins;
    this.gpus = List.copyOf(gpus);
    if (workers < 1) {
      throw new IllegalArgumentException("workers: " + workers + ", at least 1 is needed");
    }
    this.workers = workers;
    this.command = command;
    this.stallTimeout = stallTimeout;
  }

  /**
   * A pool of one process that joins the runs on a prepared folder. It tries no failure again,
   * since others may have just recorded it, and its command needs no text of the experiment file.
   */
  public static WorkerPool joining(WorkerCommand command, Duration stallTimeout) {
    return new WorkerPool(1, command, stallTimeout, true, List.of());
  }

  /**
   * A copy in which each worker sees one GPU, as {@code gpu:0}.
   *
   * @param each the GPU of each worker, by its number in this process; empty for no choice
   */
  public WorkerPool onGpus(List<Integer> each) {
    return new WorkerPool(workers, command, stallTimeout, joins, each);
  }

  /** Whether this process is the first of a pool, or in none: what all would say, it says. */
  public static boolean isFirst() {
    return Integer.getInteger(PLACE, 0) == 0;
  }

  @Override
  public OptionalInt execute(Plan plan, RunSettings settings, Path out, Listener listener) {
    int code = new Execution(plan, settings, out, listener).run();
    return code == WorkerExit.OK ? OptionalInt.empty() : OptionalInt.of(code);
  }

  /** The option by which several workers share the processors. */
  static List<String> threads(int workers, int processors) {
    return workers == 1
        ? List.of()
        : List.of("-D" + Device.AVAILABLE + "=" + Device.processorsOfEach(workers, processors));
  }

  /** One execution of a plan. */
  private final class Execution {
    private final Plan plan;
    private final RunSettings settings;
    private final Path folder;
    private final Listener told;
    private final Crashes crashes;
    private final List<WorkerProcess> running = new ArrayList<>();
    private Optional<Path> submitted = Optional.empty();
    private boolean begun;
    private boolean refused;
    private volatile boolean ending;
    private volatile boolean over;

    private Execution(Plan plan, RunSettings settings, Path folder, Listener told) {
      this.plan = plan;
      this.settings = settings;
      this.folder = folder;
      this.told = told;
      this.crashes = new Crashes(plan, settings, folder, told::message, stallTimeout);
    }

    /**
     * Runs until all cells have a result or have failed.
     *
     * @return the exit code of the first worker that could not start to work, or 0
     */
    int run() {
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
          watched.add(() -> watch(place));
        }
        int code = WorkerExit.OK;
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
            : new PalimpsestException(
                "a worker cannot be started: " + e.getCause().getMessage(), e);
      } finally {
        ending = true;
        over = true;
        watchers.shutdownNow();
        kill();
        Runtime.getRuntime().removeShutdownHook(kill);
      }
    }

    private List<String> command(Whereabouts seen, int place) {
      return JavaCommand.of(command.main(), command.arguments(submitted))
          .with(seen.option())
          .with(Whereabouts.jvmOptions())
          .with("-D" + PLACE + "=" + place)
          .with(threads(workers, Runtime.getRuntime().availableProcessors()))
          .words();
    }

    /** One place in the pool: starts a worker, and a new one if it dies. */
    private int watch(int place) throws IOException, InterruptedException {
      RunListener shown = told.worker(place);
      while (true) {
        WorkerProcess worker = start(place);
        RunListener heard = listener(shown);
        AtomicReference<Optional<Unit>> doing = new AtomicReference<>(Optional.empty());
        boolean[] ready = {false};
        try {
          worker.listen(
              line ->
                  EventLines.read(line)
                      .ifPresent(
                          event -> {
                            if (event instanceof RunEvent.Ready) {
                              ready[0] = true;
                              prepare();
                              worker.go();
                            } else if (event instanceof RunEvent.Done) {
                              worker.dismiss();
                            } else {
                              doing.updateAndGet(before -> Unit.after(event, before));
                              heard.on(event);
                            }
                          }));
        } catch (PalimpsestException e) { // the folder cannot be created
          ending = true; // the other workers do not die, they are ended
          kill();
          throw e;
        }
        WorkerProcess.End end = worker.end();
        synchronized (running) {
          running.remove(worker);
        }
        told.lost(place);
        boolean worked = end.code() == WorkerExit.FAILED && ready[0];
        if (end.byItself() && (end.code() == WorkerExit.OK || worked)) {
          return WorkerExit.OK; // failed cells are in the report
        }
        if (end.byItself()) {
          refuse(worker);
          return end.code();
        }
        if (ending || told.stops()) {
          return WorkerExit.OK;
        }
        if (!crashes.again(doing.get(), end)) {
          worker.held().forEach(told::message);
          return WorkerExit.FAILED;
        }
      }
    }

    private WorkerProcess start(int place) throws IOException {
      Whereabouts seen = Whereabouts.create();
      List<String> all;
      synchronized (this) {
        all = command(seen, place);
      }
      ProcessBuilder builder = new ProcessBuilder(all);
      builder.environment().putAll(VisibleGpus.of(gpus, place));
      WorkerProcess worker = WorkerProcess.start(builder, seen, told::message);
      synchronized (running) {
        running.add(worker);
      }
      if (ending) { // since it was asked for
        worker.askToStop();
      }
      return worker;
    }

    /** Creates the folder when the first worker is ready. */
    private synchronized void prepare() {
      if (!begun) {
        if (!joins) {
          ExperimentRun.prepare(plan, settings, folder, told.worker(0));
          submitted = Optional.of(ExperimentRun.submit(command.file(), folder));
        }
        begun = true;
        told.begun();
        told.worker(0).on(new RunEvent.Planned());
      }
    }

    /** All workers refuse for the same reason; only the first one's is shown. */
    private synchronized void refuse(WorkerProcess worker) {
      if (!refused) {
        refused = true;
        ending = true;
        worker.held().forEach(told::message);
        kill();
      }
    }

    private RunListener listener(RunListener shown) {
      RunListener failFast =
          event -> {
            if (event instanceof RunEvent.Failed
                && settings.patience() == RunSettings.Patience.FAIL_FAST) {
              askToStop();
            }
          };
      return new RunListeners(List.of(shown, failFast));
    }

    /**
     * Hands a signal on to the workers, where it was sent to this process alone; looks after them.
     */
    private void forward() {
      boolean asked = false;
      while (!over) {
        checkWorkers();
        if (!asked && (ending || told.stops())) {
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

    /** Asks the workers to stop after their step, each with a checkpoint. */
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
}
