package io.github.palimpsest.execution.cluster;

/** Where worker processes run: machines whose scheduler finds a place for each. */
public interface Cluster extends AutoCloseable {
  /**
   * Runs a worker to its end, after waiting for a place. Called by several threads at a time. If
   * the machine is lost, the worker is started again elsewhere, and {@code talk} continues with the
   * new one.
   *
   * @param talk the driver's side of the talk with it
   * @return how it ended
   * @throws LostWorkerException if it was lost repeatedly, or withdrawn
   * @throws io.github.palimpsest.api.PalimpsestException if the cluster can run nothing any more
   * @throws InterruptedException if this thread is interrupted
   */
  WorkerEnd run(WorkerOrder order, WorkerTalk talk) throws InterruptedException;

  /** Withdraws an order that may still wait for a place. */
  void withdraw(WorkerOrder order);

  /** Leaves the cluster. */
  @Override
  void close();
}
