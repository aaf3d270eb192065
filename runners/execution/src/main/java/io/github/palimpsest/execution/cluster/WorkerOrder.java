package io.github.palimpsest.execution.cluster;

import io.github.palimpsest.execution.pool.WorkerPool;
import io.github.palimpsest.execution.remote.RemoteInputs;
import java.io.Serializable;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A worker process to be started on another machine, where the installation, models and data have
 * the same paths.
 *
 * @param id its name, unique in the run
 * @param about what it does, for people
 * @param words its command line after the options of the JVM that depend on the machine, without
 *     the {@code java}, which is that of the machine
 * @param environment variables in addition to those of the machine
 * @param directory its working directory
 * @param stallTimeout the time without progress after which it is ended
 * @param inputs what it needs of a remote folder; null if machines share the output folder
 */
public record WorkerOrder(
    String id,
    String about,
    List<String> words,
    Map<String, String> environment,
    String directory,
    Duration stallTimeout,
    @Nullable RemoteInputs inputs)
    implements Serializable {
  /** Copies the collections. */
  public WorkerOrder {
    words = List.copyOf(words);
    environment = Map.copyOf(environment);
  }

  /** This order with another command line and working directory. */
  WorkerOrder as(List<String> otherWords, String otherDirectory) {
    return new WorkerOrder(
        id, about, otherWords, environment, otherDirectory, stallTimeout, inputs);
  }

  /** The option that tells a worker whether it is the first; only that one prints warnings. */
  static String place(boolean first) {
    return "-D" + WorkerPool.PLACE + "=" + (first ? 0 : 1);
  }
}
