package io.github.palimpsest.execution.cluster;

import io.github.palimpsest.execution.pool.WorkerProcess;
import java.io.Serializable;
import java.util.List;

/**
 * How a worker on a cluster ended.
 *
 * @param process the end of its process
 * @param ready whether it had opened model and data
 * @param held the lines of its standard error before it began to work, if it did not begin
 * @param published what it published in a remote folder; empty if machines share the folder
 */
public record WorkerEnd(
    WorkerProcess.End process, boolean ready, List<String> held, List<String> published)
    implements Serializable {
  /** Copies the lists. */
  public WorkerEnd {
    held = List.copyOf(held);
    published = List.copyOf(published);
  }

  /** The end of a worker in a folder that all machines see. */
  public WorkerEnd(WorkerProcess.End process, boolean ready, List<String> held) {
    this(process, ready, held, List.of());
  }

  /** The end of a worker that has published these units. */
  public WorkerEnd publishing(List<String> units) {
    return new WorkerEnd(process, ready, held, units);
  }
}
