package io.github.palimpsest.execution.cluster;

import io.github.palimpsest.execution.Assignment;
import io.github.palimpsest.execution.EventLines;
import io.github.palimpsest.execution.ExperimentRun;
import io.github.palimpsest.execution.RunEvent;
import io.github.palimpsest.execution.RunListener;
import io.github.palimpsest.execution.RunSettings;
import io.github.palimpsest.execution.ToySubject;
import io.github.palimpsest.execution.lease.Participant;
import io.github.palimpsest.execution.pool.WorkerProcess;
import io.github.palimpsest.execution.remote.DiskFiles;
import io.github.palimpsest.experiment.plan.Plan;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A cluster whose workers are threads of this process. */
final class ToyCluster implements Cluster {
  private final Plan plan;
  private final Path out;
  private final Map<Assignment, WorkerEnd> dying = new HashMap<>();
  private final Map<Assignment, String> lost = new HashMap<>();
  final List<Assignment> ordered = new ArrayList<>();
  boolean closed;

  private Optional<Path> remote = Optional.empty();
  private Optional<Assignment> moved = Optional.empty();

  ToyCluster(Plan plan, Path out) {
    this.plan = plan;
    this.out = out;
  }

  /** A cluster whose machines share a remote folder alone; each worker has a folder of its own. */
  static ToyCluster at(Plan plan, Path remote, Path temporary) {
    ToyCluster cluster = new ToyCluster(plan, temporary);
    cluster.remote = Optional.of(remote);
    return cluster;
  }

  /** The machine that trains this stage is lost after a step, and another one continues. */
  void moves(Assignment stage) {
    moved = Optional.of(stage);
  }

  /** The first worker with this assignment ends in this way before it does anything. */
  void first(Assignment assignment, WorkerEnd end) {
    dying.put(assignment, end);
  }

  /** Every machine that works on this is lost. */
  void loses(Assignment assignment, String reason) {
    lost.put(assignment, reason);
  }

  static WorkerEnd end(int code, boolean byItself, String... held) {
    return new WorkerEnd(
        new WorkerProcess.End(code, byItself, false, ""), held.length == 0, List.of(held));
  }

  private synchronized WorkerEnd ordered(Assignment assignment) {
    ordered.add(assignment);
    if (lost.containsKey(assignment)) {
      throw new LostWorkerException(lost.get(assignment), new IllegalStateException("lost"));
    }
    return dying.containsKey(assignment) ? dying.remove(assignment) : end(0, true);
  }

  @Override
  public WorkerEnd run(WorkerOrder order, WorkerTalk talk) {
    List<String> words = order.words();
    Assignment assignment = Assignment.parse(words.get(words.size() - 1));
    WorkerEnd end = ordered(assignment);
    if (end.process().code() != 0) {
      return end;
    }
    talk.event(EventLines.write(new RunEvent.Ready()));
    while (talk.signal() == WorkerTalk.Signal.WAIT) {
      Thread.onSpinWait();
    }
    if (talk.signal() == WorkerTalk.Signal.STOP) {
      return end;
    }
    if (remote.isEmpty()) {
      return worked(assignment, out, talk, false);
    }
    if (moved.equals(Optional.of(assignment))) {
      scratch(order, talk, assignment, true);
    }
    return scratch(order, talk, assignment, false);
  }

  private WorkerEnd scratch(
      WorkerOrder order, WorkerTalk talk, Assignment assignment, boolean stopping) {
    try {
      return ScratchWorker.run(
          order,
          talk,
          new DiskFiles(remote.orElseThrow()),
          out,
          here -> {
            String folder = here.words().get(here.words().indexOf("--scratch") + 1);
            return worked(assignment, Path.of(folder), talk, stopping);
          });
    } catch (IOException | InterruptedException e) {
      throw new LostWorkerException(e.toString(), e);
    }
  }

  private WorkerEnd worked(Assignment assignment, Path folder, WorkerTalk talk, boolean stopping) {
    try (ToySubject subject = new ToySubject()) {
      Participant as = Participant.USUAL;
      ExperimentRun.Summary summary =
          ExperimentRun.join(
              plan, RunSettings.DEFAULT, subject, folder, telling(talk, stopping), as, assignment);
      return end(summary.failed() > 0 ? 1 : 0, true);
    }
  }

  private static RunListener telling(WorkerTalk talk, boolean stopping) {
    return new RunListener() {
      private boolean stepped;

      @Override
      public void on(RunEvent event) {
        stepped |= event instanceof RunEvent.Step;
        talk.event(EventLines.write(event));
      }

      @Override
      public boolean stops() {
        return stopping && stepped || talk.signal() == WorkerTalk.Signal.STOP;
      }
    };
  }

  @Override
  public void withdraw(WorkerOrder order) {} // none of them waits

  @Override
  public void close() {
    closed = true;
  }
}
