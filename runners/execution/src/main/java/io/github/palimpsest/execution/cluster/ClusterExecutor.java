package io.github.palimpsest.execution.cluster;

import io.github.palimpsest.api.PalimpsestException;
import io.github.palimpsest.execution.Executor;
import io.github.palimpsest.execution.RunSettings;
import io.github.palimpsest.execution.pool.WorkerCommand;
import io.github.palimpsest.execution.pool.WorkerExit;
import io.github.palimpsest.execution.remote.GridMirror;
import io.github.palimpsest.execution.remote.RemoteFiles;
import io.github.palimpsest.execution.remote.RemoteGrid;
import io.github.palimpsest.experiment.plan.Plan;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Supplier;

/**
 * Runs a plan on a cluster: a worker process for each stage when the stage before it is trained,
 * and for each cell when its stages are. All machines see the output folder, in which leases keep
 * the workers apart, or they exchange results by a remote folder. A worker whose machine is lost is
 * started again elsewhere and continues from the last checkpoint; a unit that three workers die of
 * fails.
 */
public final class ClusterExecutor implements Executor {
  private final Supplier<? extends Cluster> source;
  private final WorkerCommand command;
  private final Duration stallTimeout;
  private final Optional<RemoteResults> remote;

  /**
   * An executor that can execute any number of plans.
   *
   * @param source opens the cluster; it is closed at the end of each execution
   * @param command the command line of each worker; its assignment is added
   * @param stallTimeout the time without progress after which a worker is ended
   */
  public ClusterExecutor(
      Supplier<? extends Cluster> source, WorkerCommand command, Duration stallTimeout) {
    this(source, command, stallTimeout, Optional.empty());
  }

  /**
   * Like the other, for machines that may share no folder.
   *
   * @param remote the remote folder by which they exchange results; empty if they share the output
   *     folder
   */
  public ClusterExecutor(
      Supplier<? extends Cluster> source,
      WorkerCommand command,
      Duration stallTimeout,
      Optional<RemoteResults> remote) {
    this.source = source;
    this.command = command;
    this.stallTimeout = stallTimeout;
    this.remote = remote;
  }

  /**
   * Results in a remote folder.
   *
   * @param files opens the remote folder
   * @param states whether the states of stages are copied to the output folder as well
   */
  public record RemoteResults(Supplier<? extends RemoteFiles> files, boolean states) {}

  @Override
  public OptionalInt execute(Plan plan, RunSettings settings, Path out, Listener listener) {
    try (Sharing sharing = sharing(plan, settings, out)) {
      sharing.begin();
      try (Cluster cluster = source.get();
          ClusterRun run =
              new ClusterRun(
                  plan, settings, out, listener, cluster, command, stallTimeout, sharing)) {
        int code = run.run();
        return code == WorkerExit.OK ? OptionalInt.empty() : OptionalInt.of(code);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new PalimpsestException("the run was interrupted", e);
    }
  }

  private Sharing sharing(Plan plan, RunSettings settings, Path out) {
    return remote
        .<Sharing>map(
            r ->
                new SharingByCopies(
                    new GridMirror(new RemoteGrid(r.files().get()), out, r.states()),
                    plan,
                    settings.stages(plan),
                    command.file(),
                    out))
        .orElseGet(() -> new SharingOneFolder(plan, settings.stages(plan), out));
  }
}
