package io.github.palimpsest.api.tracker;

import io.github.palimpsest.api.Experimental;
import io.github.palimpsest.api.component.Capable;

/**
 * Shows a grid somewhere while it runs: in files, or on a server. One thread uses it. It changes no
 * result, and a failure never ends a run: the host tells it once and tries again later.
 *
 * <p>Secrets, such as a password of a server, come from environment variables. A target with a
 * password in it is refused, since others can read command lines and files.
 *
 * <p>A tracker that has the capability {@link Readback} can be judged by the kit.
 *
 * <p>Rules: TRK-01 to TRK-05.
 */
@Experimental(since = "0.1")
public interface Tracker extends Capable, AutoCloseable {
  /** Where it shows, for messages: {@code TensorBoard's files in 'runs'}. No secret is in it. */
  String target();

  /**
   * Called once before the first {@link #show}, when a run starts. A folder that cannot be written
   * is told here. A server need not answer yet.
   *
   * @throws io.github.palimpsest.api.PalimpsestException if the target is unusable
   */
  default void open() {}

  /**
   * Shows what its target does not show yet. It is called every few seconds with all that is known,
   * including what was shown before, also by an earlier process with the same target. After a
   * failure, the next call makes up for it.
   *
   * @throws RuntimeException if the target cannot be reached or written
   */
  void show(TrackedExperiment experiment);

  /**
   * Releases what it holds. Nothing more is shown by this process; cells without a result are
   * stopped. It may come without any {@link #show}.
   */
  @Override
  void close();
}
