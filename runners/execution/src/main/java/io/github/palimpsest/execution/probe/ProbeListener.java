package io.github.palimpsest.execution.probe;

import io.github.palimpsest.api.component.Component;
import io.github.palimpsest.api.probe.Probe;
import io.github.palimpsest.experiment.plan.Cell;
import io.github.palimpsest.results.folder.Measurement;

/** Is told how measurements of probes go on; every method may be left out. */
public interface ProbeListener {
  /** Hears nothing. */
  ProbeListener NONE = new ProbeListener() {};

  /**
   * A measurement begins.
   *
   * @param cell the cell
   * @param probe the probe
   * @param passes forward passes over the examples that it takes at most; a gradient counts as
   *     three
   */
  default void begun(Cell cell, Component<Probe> probe, long passes) {}

  /** So many of the passes are done. */
  default void passed(Cell cell, long done, long passes) {}

  /** A measurement was not what had been written; the message names its file. */
  default void damaged(String message) {}

  /**
   * A probe failed on a cell; the others go on.
   *
   * @param reason why; names the JAR of a third party's probe
   */
  default void failed(Cell cell, Component<Probe> probe, String reason) {}

  /** A measurement is there now, or was there already. */
  default void measured(Cell cell, Measurement measurement) {}
}
