package io.github.palimpsest.api.tracker;

import io.github.palimpsest.api.Experimental;
import io.github.palimpsest.api.component.Capable;

/**
 * Shows a grid somewhere while it runs: in files, or on a server. One thread uses it. It changes no
 * result, and a failure never ends a run: the host reports it once and tries again later.
 *
 * <p>Secrets, such as a password of a server, come from environment variables. A target with a
 * password in it is rejected, because others can read command lines and files.
 *
 * <p>The kit can test a tracker that has the capability {@link Readback}.
 *
 * <p>Rules: TRK-01 to TRK-05.
 */
@Experimental(since = "0.1")
public interface Tracker extends Capable, AutoCloseable {
  /** The target in messages: {@code TensorBoard's files in 'runs'}. It contains no secret. */
  String target();

  /**
   * Called once before the first {@link #show}, when a run starts. It reports a folder that cannot
   * be written. A server need not answer yet.
   *
   * @throws io.github.palimpsest.api.PalimpsestException if the target is unusable
   */
  default void open() {}

  /**
   * Shows the data that its target does not show yet. It is called every few seconds with all known
   * data, including data that this or an earlier process with the same target has already shown.
   * After a failure, the next call shows the missing data.
   *
   * @throws RuntimeException if the target cannot be reached or written
   */
  void show(TrackedExperiment experiment);

  /**
   * Releases all resources. This process shows nothing more; cells without a result are stopped. It
   * may be called without any {@link #show}.
   */
  @Override
  void close();
}
