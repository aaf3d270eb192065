package io.github.palimpsest.execution.cluster;

import io.github.palimpsest.api.PalimpsestException;

/** A worker on a cluster has no end that could be reported. */
public final class LostWorkerException extends PalimpsestException {
  private static final long serialVersionUID = 1L;

  /** The reason in one line, as the cluster gives it. */
  public LostWorkerException(String reason, Throwable cause) {
    super(reason, cause);
  }
}
