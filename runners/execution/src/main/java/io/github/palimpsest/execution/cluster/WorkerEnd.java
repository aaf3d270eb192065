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
 */
public record WorkerEnd(WorkerProcess.End process, boolean ready, List<String> held)
    implements Serializable {
  /** Copies the list. */
  public WorkerEnd {
    held = List.copyOf(held);
  }
}
