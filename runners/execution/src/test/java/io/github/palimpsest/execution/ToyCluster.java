package io.github.palimpsest.execution;

import io.github.palimpsest.execution.cluster.Cluster;
import io.github.palimpsest.execution.cluster.LostWorkerException;
import io.github.palimpsest.execution.cluster.WorkerEnd;
import io.github.palimpsest.execution.cluster.WorkerOrder;
import io.github.palimpsest.execution.cluster.WorkerTalk;
import io.github.palimpsest.execution.lease.Participant;
import io.github.palimpsest.execution.pool.WorkerProcess;
import io.github.palimpsest.experiment.plan.Plan;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** A cluster whose workers are threads of this process. */
final class ToyCluster implements Cluster {
  private final Plan plan;
  private final Path out;
  private final Map<Assignment, WorkerEnd> dying = new HashMap<>();
  private final Map<Assignment, String> lost = new HashMap<>();
  final List<Assignment> ordered = new ArrayList<>();
  boolean closed;

  ToyCluster(Plan plan, Path out) {
    this.plan = plan;
    this.out = out;
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
    try (ToySubject subject = new ToySubject()) {
      Participant as = Participant.USUAL;
      ExperimentRun.Summary summary =
          ExperimentRun.join(
              plan, RunSettings.DEFAULT, subject, out, telling(talk), as, assignment);
      return end(summary.failed() > 0 ? 1 : 0, true);
    }
  }

  private static RunListener telling(WorkerTalk talk) {
    return new RunListener() {
      @Override
      public void on(RunEvent event) {
        talk.event(EventLines.write(event));
      }

      @Override
      public boolean stops() {
        return talk.signal() == WorkerTalk.Signal.STOP;
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
