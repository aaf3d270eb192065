package io.github.palimpsest.execution.cluster;

import io.github.palimpsest.execution.Assignment;
import io.github.palimpsest.execution.ReadyWork;
import io.github.palimpsest.execution.remote.RemoteInputs;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** How the machines of a run share results. Called by one thread. */
interface Sharing extends AutoCloseable {
  /** Before anything else. */
  void begin();

  /** What a worker needs of a remote folder; null if machines share the output folder. */
  @Nullable RemoteInputs inputs(Assignment assignment);

  /**
   * Where workers find the text of the experiment file; empty if they read the file itself.
   *
   * @param kept the copy in the output folder, once there is one
   */
  Optional<Path> text(Optional<Path> kept);

  /** The output folder has been prepared. */
  void prepared();

  /** The work that is left. */
  ReadyWork ready();

  /**
   * A worker has ended.
   *
   * @param published the units that it says it has published
   */
  void ended(Assignment assignment, List<String> published);

  /** The conclusions from a worker's end have been drawn. */
  void settled(Assignment assignment);

  /** All work is done, or the run is stopped. */
  void end();

  @Override
  void close();
}
