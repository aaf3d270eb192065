package io.github.palimpsest.execution.pool;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The command line that starts a worker, as whoever wrote it will read it. A worker runs {@link
 * Worker#work}.
 *
 * @param main the class with the worker's {@code main}
 * @param arguments its arguments
 * @param file the experiment file, whose text is kept for workers that start later
 * @param keptOption the option by which a later worker is told where that text is
 */
public record WorkerCommand(String main, List<String> arguments, Path file, String keptOption) {
  /** Copies the list. */
  public WorkerCommand {
    arguments = List.copyOf(arguments);
  }

  /** The arguments of a worker that starts now. */
  public List<String> arguments(Optional<Path> kept) {
    List<String> all = new ArrayList<>(arguments);
    kept.ifPresent(text -> all.addAll(List.of(keptOption, text.toString())));
    return all;
  }
}
