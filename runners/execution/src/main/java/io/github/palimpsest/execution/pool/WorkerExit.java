package io.github.palimpsest.execution.pool;

/** What a worker's exit code tells its pool; the command has the same meanings. */
final class WorkerExit {
  /** Nothing is left to do. */
  static final int OK = 0;

  /** A cell failed. */
  static final int FAILED = 1;

  /** The worker died of an error that its stage alone does not explain; another replaces it. */
  static final int CRASHED = 70;

  private WorkerExit() {}
}
