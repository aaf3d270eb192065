package io.github.palimpsest.execution.cluster;

import io.github.palimpsest.execution.remote.RemoteFiles;
import io.github.palimpsest.execution.remote.RemoteGrid;
import io.github.palimpsest.execution.remote.RemoteInputs;
import io.github.palimpsest.execution.remote.Scratch;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * Runs a worker process like {@link HostedWorker}, in a folder of its own, and exchanges its
 * results with a remote folder. Needs the classes of {@code results} as well.
 */
public final class ScratchWorker {
  private ScratchWorker() {}

  /** Runs a worker process to its end. */
  @FunctionalInterface
  public interface Host {
    /** Runs the worker of an order for this machine. */
    WorkerEnd run(WorkerOrder order) throws IOException, InterruptedException;
  }

  /**
   * Runs a worker to its end.
   *
   * @param options options of its JVM that depend on this machine
   * @param environment variables that depend on this machine
   * @param files the remote folder
   * @param temporary the folder for the worker's own
   * @throws IOException if it cannot be started here, or if results cannot be exchanged
   * @throws InterruptedException if this thread is interrupted; the process is ended
   */
  public static WorkerEnd run(
      WorkerOrder order,
      List<String> options,
      Map<String, String> environment,
      WorkerTalk talk,
      RemoteFiles files,
      Path temporary)
      throws IOException, InterruptedException {
    return run(order, talk, files, temporary, o -> HostedWorker.run(o, options, environment, talk));
  }

  /** Like the other, by any means. */
  public static WorkerEnd run(
      WorkerOrder order, WorkerTalk talk, RemoteFiles files, Path temporary, Host host)
      throws IOException, InterruptedException {
    RemoteInputs inputs = Objects.requireNonNull(order.inputs());
    try (RemoteGrid grid = new RemoteGrid(files);
        Scratch scratch = new Scratch(grid, inputs, temporary)) {
      String directory =
          Files.isDirectory(Path.of(order.directory()))
              ? order.directory()
              : scratch.root().toString();
      List<String> words = order.words().stream().map(scratch::word).toList();
      WorkerOrder here = order.as(words, directory);
      WorkerEnd end = scratch.publishing(talk::message, () -> host.run(here));
      talk.signal(); // fails if this worker counts as lost: another one may be at work by now
      return end.publishing(scratch.publish());
    }
  }
}
