package io.github.palimpsest.execution.cluster;

import io.github.palimpsest.execution.pool.WorkerPool;
import java.io.Serializable;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/**
 * A worker process to be started on another machine, where all files have the same paths.
 *
 * @param id its name, unique in the run
 * @param about what it does, for people
 * @param words its command line after the options of the JVM that depend on the machine, without
 *     the {@code java}, which is that of the machine
 * @param environment variables in addition to those of the machine
 * @param directory its working directory
 * @param stallTimeout the time without progress after which it is ended
 */
public record WorkerOrder(
    String id,
    String about,
    List<String> words,
    Map<String, String> environment,
    String directory,
    Duration stallTimeout)
    implements Serializable {
  /** Copies the collections. */
  public WorkerOrder {
    words = List.copyOf(words);
    environment = Map.copyOf(environment);
  }

  /** The option that tells a worker whether it is the first; only that one prints warnings. */
  static String place(boolean first) {
    return "-D" + WorkerPool.PLACE + "=" + (first ? 0 : 1);
  }
}
