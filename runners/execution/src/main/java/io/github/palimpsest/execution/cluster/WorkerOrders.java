package io.github.palimpsest.execution.cluster;

import io.github.palimpsest.execution.Assignment;
import io.github.palimpsest.execution.pool.Whereabouts;
import io.github.palimpsest.execution.pool.WorkerCommand;
import io.github.palimpsest.execution.remote.RemoteInputs;
import io.github.palimpsest.storage.JavaCommand;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Writes the orders of a run's workers. */
final class WorkerOrders {
  /** The class path of workers, if it is not this JVM's. */
  private static final String CLASS_PATH = "palimpsest.worker.classpath";

  /** Variables that the launcher sets, on which numbers or the finding of libraries depend. */
  private static final List<String> HANDED_ON = List.of("TF_", "NVIDIA_", "OMP_", "PALIMPSEST_");

  private static final Set<String> HANDED_ON_TOO = Set.of("LD_LIBRARY_PATH", "LC_ALL");

  private final WorkerCommand command;
  private final Duration stallTimeout;
  private final String run = UUID.randomUUID().toString();
  private int orders;

  WorkerOrders(WorkerCommand command, Duration stallTimeout) {
    this.command = command;
    this.stallTimeout = stallTimeout;
  }

  /**
   * The order of a worker.
   *
   * @param submitted the kept text of the experiment file
   * @param inputs what it needs of a remote folder; null if machines share the output folder
   */
  WorkerOrder of(Assignment assignment, Optional<Path> submitted, @Nullable RemoteInputs inputs) {
    List<String> arguments = new ArrayList<>(command.arguments(submitted));
    arguments.addAll(List.of("--assignment", assignment.toString()));
    JavaCommand all = JavaCommand.of(command.main(), arguments);
    List<String> words =
        all.on(System.getProperty(CLASS_PATH, all.classPath()))
            .with(Whereabouts.jvmOptions())
            .with(WorkerOrder.place(assignment.equals(Assignment.CHECK)))
            .words();
    orders++;
    return new WorkerOrder(
        run + "-" + orders,
        assignment.toString(),
        words.subList(1, words.size()),
        environment(System.getenv()),
        Path.of("").toAbsolutePath().toString(),
        stallTimeout,
        inputs);
  }

  static Map<String, String> environment(Map<String, String> all) {
    TreeMap<String, String> some = new TreeMap<>(all);
    some.keySet()
        .removeIf(n -> HANDED_ON.stream().noneMatch(n::startsWith) && !HANDED_ON_TOO.contains(n));
    return some;
  }
}
