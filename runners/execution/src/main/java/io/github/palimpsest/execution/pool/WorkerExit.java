package io.github.palimpsest.execution.pool;

/** The meaning of a worker's exit code for its pool; the same as for the command. */
public final class WorkerExit {
  /** All work is done. */
  public static final int OK = 0;

  /** A cell failed. */
  public static final int FAILED = 1;

  /** The worker died of an error that its stage need not have caused; another one replaces it. */
  public static final int CRASHED = 70;

  private WorkerExit() {}
}
