package io.github.palimpsest.execution.probe;

import io.github.palimpsest.api.component.Component;
import io.github.palimpsest.api.probe.Probe;

/**
 * Receives the events of probe measurements; every method is optional. What is measured is named by
 * the id of its cell or stage.
 */
public interface ProbeListener {
  /** A listener that does nothing. */
  ProbeListener NONE = new ProbeListener() {};

  /**
   * A measurement begins.
   *
   * @param of the cell or stage
   * @param probe the probe
   * @param passes the largest number of forward passes over the examples; a gradient counts as
   *     three
   */
  default void begun(String of, Component<Probe> probe, long passes) {}

  /** This number of passes is done. */
  default void passed(String of, long done, long passes) {}

  /** A measurement was damaged; the message names its file. */
  default void damaged(String message) {}

  /**
   * A probe failed; the others go on.
   *
   * @param of the cell or stage
   * @param reason why; names the JAR of a third party's probe
   */
  default void failed(String of, Component<Probe> probe, String reason) {}

  /** A measurement is there now, or was there already. */
  default void measured(String of) {}
}
