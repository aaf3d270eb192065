package io.github.palimpsest.execution.cluster;

import io.github.palimpsest.api.PalimpsestException;
import io.github.palimpsest.execution.Assignment;
import io.github.palimpsest.execution.Executor;
import io.github.palimpsest.execution.ExperimentRun;
import io.github.palimpsest.execution.ReadyWork;
import io.github.palimpsest.execution.RunEvent;
import io.github.palimpsest.execution.RunSettings;
import io.github.palimpsest.execution.pool.Crashes;
import io.github.palimpsest.execution.pool.Unit;
import io.github.palimpsest.execution.pool.WorkerCommand;
import io.github.palimpsest.execution.pool.WorkerExit;
import io.github.palimpsest.experiment.plan.Plan;
import java.nio.file.Path;
import java.time.Duration;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletionService;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorCompletionService;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

/** One execution of a plan by a {@link ClusterExecutor}. */
final class ClusterRun implements AutoCloseable {
  /** The most orders at a time; others wait here instead of at the cluster. */
  private static final int MOST_ORDERS = 1024;

  private static final int LOOK_MILLIS = 200;
  private static final long NO_PLACE_NANOS = Duration.ofSeconds(30).toNanos();

  private final Plan plan;
  private final RunSettings settings;
  private final Path folder;
  private final Executor.Listener told;
  private final Cluster cluster;
  private final WorkerOrders orders;
  private final WorkerCommand command;
  private final Crashes crashes;
  private final ExecutorService threads = Executors.newFixedThreadPool(MOST_ORDERS);
  private final CompletionService<Ended> ends = new ExecutorCompletionService<>(threads);
  private final Sharing sharing;
  private final Map<Assignment, OrderedWorker> running = new HashMap<>();
  private final BitSet places = new BitSet();
  private final long since = System.nanoTime();
  private Optional<Path> submitted = Optional.empty();
  private boolean warned;
  private int code = WorkerExit.OK;
  private volatile boolean prepared;
  private volatile boolean stopping;

  ClusterRun(
      Plan plan,
      RunSettings settings,
      Path folder,
      Executor.Listener told,
      Cluster cluster,
      WorkerCommand command,
      Duration stallTimeout,
      Sharing sharing) {
    this.sharing = sharing;
    this.plan = plan;
    this.settings = settings;
    this.folder = folder;
    this.told = told;
    this.cluster = cluster;
    this.command = command;
    this.orders = new WorkerOrders(command, stallTimeout);
    this.crashes = new Crashes(plan, settings, folder, told::message, stallTimeout);
  }

  /**
   * A worker has ended.
   *
   * @param end empty if nothing is known, because its machine was lost or it was withdrawn
   * @param lost the reason then
   */
  private record Ended(OrderedWorker worker, Optional<WorkerEnd> end, String lost) {}

  /**
   * Runs until all cells have a result or have failed, or until it is stopped.
   *
   * @return the exit code of a worker that could not start to work, or 0
   */
  int run() throws InterruptedException {
    submit(Assignment.CHECK);
    while (!running.isEmpty()) {
      handle(await());
    }
    if (stopping) {
      sharing.end();
      return code;
    }
    ReadyWork ready = sharing.ready();
    submitAll(ready);
    while (!running.isEmpty()) {
      handle(await()).ifPresent(ready::done);
      submitAll(ready);
    }
    sharing.end();
    return code;
  }

  private void submitAll(ReadyWork ready) {
    for (Optional<Assignment> next = ready.next();
        next.isPresent() && !stopping;
        next = ready.next()) {
      submit(next.get());
    }
  }

  private void submit(Assignment assignment) {
    int place = places.nextClearBit(0);
    places.set(place);
    OrderedWorker worker =
        new OrderedWorker(
            assignment,
            orders.of(assignment, sharing.text(submitted), sharing.inputs(assignment)),
            place,
            told,
            this::prepared,
            this::heard);
    running.put(assignment, worker);
    ends.submit(
        () -> {
          if (stopping) {
            return new Ended(worker, Optional.empty(), "stopped");
          }
          try {
            return new Ended(worker, Optional.of(cluster.run(worker.order(), worker)), "");
          } catch (LostWorkerException e) {
            return new Ended(worker, Optional.empty(), e.getMessage());
          }
        });
  }

  /** The next end of a worker; looks after the others while it waits. */
  private Ended await() throws InterruptedException {
    while (true) {
      Future<Ended> end = ends.poll(LOOK_MILLIS, TimeUnit.MILLISECONDS);
      if (end != null) {
        try {
          return end.get();
        } catch (ExecutionException e) {
          throw e.getCause() instanceof PalimpsestException known
              ? known
              : new PalimpsestException("the cluster failed: " + e.getCause(), e);
        }
      }
      for (OrderedWorker worker : running.values()) {
        prepare(worker);
      }
      if (told.stops()) {
        stop();
      }
      boolean none = running.values().stream().noneMatch(OrderedWorker::begun);
      if (!warned && none && !stopping && System.nanoTime() - since > NO_PLACE_NANOS) {
        warned = true;
        told.message(
            "palimpsest: the cluster has started no worker yet: it has no free executor, or none"
                + " with the resources that its settings ask for");
      }
    }
  }

  /** Creates the folder when the first worker has checked model and data. */
  private void prepare(OrderedWorker worker) {
    if (worker.wantsFolder()) {
      try {
        ExperimentRun.prepare(plan, settings, folder, told.worker(0));
        submitted = Optional.of(ExperimentRun.submit(command.file(), folder));
        told.begun();
        sharing.prepared();
        told.worker(0).on(new RunEvent.Planned());
        prepared = true;
      } catch (RuntimeException e) {
        stopping = true; // the worker is told before the cluster is left
        throw e;
      }
    }
  }

  /** What workers are told. */
  private WorkerTalk.Signal prepared() {
    if (stopping) {
      return WorkerTalk.Signal.STOP;
    }
    return prepared ? WorkerTalk.Signal.GO : WorkerTalk.Signal.WAIT;
  }

  /** An event of any worker, after it has been shown. */
  private void heard(RunEvent event) {
    if (event instanceof RunEvent.Failed && settings.patience() == RunSettings.Patience.FAIL_FAST) {
      stopping = true;
    }
  }

  /** Stops all workers after their step, and withdraws those that wait for a place. */
  private void stop() {
    stopping = true;
    for (OrderedWorker worker : running.values()) {
      if (!worker.begun()) {
        cluster.withdraw(worker.order());
      }
    }
  }

  /** Draws the conclusions from an end; gives the assignment if it is not to be tried again. */
  private Optional<Assignment> handle(Ended ended) {
    Assignment assignment = ended.worker().assignment();
    sharing.ended(assignment, ended.end().map(WorkerEnd::published).orElse(List.of()));
    Optional<Assignment> settled = conclude(ended);
    sharing.settled(assignment);
    return settled;
  }

  private Optional<Assignment> conclude(Ended ended) {
    OrderedWorker worker = ended.worker();
    Assignment assignment = worker.assignment();
    running.remove(assignment);
    places.clear(worker.place());
    if (stopping) {
      stop();
    }
    boolean worked =
        ended
            .end()
            .filter(e -> e.process().byItself())
            .filter(e -> e.process().code() == WorkerExit.OK || failedCells(e))
            .isPresent();
    if (worked) {
      return Optional.of(assignment); // failed cells are in the report
    }
    told.lost(worker.place());
    if (ended.end().filter(e -> e.process().byItself()).isPresent()) {
      refuse(ended.end().get(), ended.end().get().process().code());
      return Optional.empty();
    }
    if (stopping) {
      return Optional.empty();
    }
    if (ended.end().isEmpty()) {
      return lost(worker, ended.lost());
    }
    WorkerEnd end = ended.end().get();
    if (!crashes.again(worker.doing(), end.process())) {
      refuse(end, WorkerExit.FAILED);
    } else {
      submit(assignment); // it ends at once if its unit was given up
    }
    return Optional.empty();
  }

  private static boolean failedCells(WorkerEnd end) {
    return end.process().code() == WorkerExit.FAILED && end.ready();
  }

  /** A unit whose workers were lost repeatedly, for example for want of memory. */
  private Optional<Assignment> lost(OrderedWorker worker, String reason) {
    Optional<Unit> unit = worker.unit();
    if (unit.isEmpty()) {
      throw new PalimpsestException("no worker can be started on the cluster: " + reason);
    }
    told.message("palimpsest: a worker was lost" + unit.get().words() + ": " + reason);
    crashes.giveUp(unit.get(), "its workers were lost, the last: " + reason);
    return Optional.of(worker.assignment());
  }

  /** All workers refuse for the same reason; only the first one's is shown. */
  private void refuse(WorkerEnd end, int with) {
    if (code == WorkerExit.OK && !told.stops()) {
      code = with;
      end.held().forEach(told::message);
    }
    stop();
  }

  @Override
  public void close() {
    stop();
    threads.shutdownNow();
  }
}
