package io.github.palimpsest.execution.cluster;

import io.github.palimpsest.api.PalimpsestException;
import io.github.palimpsest.execution.Executor;
import io.github.palimpsest.execution.RunSettings;
import io.github.palimpsest.execution.pool.WorkerCommand;
import io.github.palimpsest.execution.pool.WorkerExit;
import io.github.palimpsest.experiment.plan.Plan;
import java.nio.file.Path;
import java.time.Duration;
import java.util.OptionalInt;
import java.util.function.Supplier;

/**
 * Runs a plan on a cluster: a worker process for each stage when the stage before it is trained,
 * and for each cell when its stages are. All machines see the output folder, in which leases keep
 * the workers apart. A worker whose machine is lost is started again elsewhere and continues from
 * the last checkpoint; a unit that three workers die of fails.
 */
public final class ClusterExecutor implements Executor {
  private final Supplier<? extends Cluster> source;
  private final WorkerCommand command;
  private final Duration stallTimeout;

  /**
   * An executor that can execute any number of plans.
   *
   * @param source opens the cluster; it is closed at the end of each execution
   * @param command the command line of each worker; its assignment is added
   * @param stallTimeout the time without progress after which a worker is ended
   */
  public ClusterExecutor(
      Supplier<? extends Cluster> source, WorkerCommand command, Duration stallTimeout) {
    this.source = source;
    this.command = command;
    this.stallTimeout = stallTimeout;
  }

  @Override
  public OptionalInt execute(Plan plan, RunSettings settings, Path out, Listener listener) {
    try (Cluster cluster = source.get();
        ClusterRun run =
            new ClusterRun(plan, settings, out, listener, cluster, command, stallTimeout)) {
      int code = run.run();
      return code == WorkerExit.OK ? OptionalInt.empty() : OptionalInt.of(code);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new PalimpsestException("the run was interrupted", e);
    }
  }
}
