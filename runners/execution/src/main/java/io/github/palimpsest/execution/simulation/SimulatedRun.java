package io.github.palimpsest.execution.simulation;

/**
 * The course of a simulated run.
 *
 * @param workers the number of workers
 * @param makespanSeconds the time until the last cell has its result
 * @param usefulSeconds the time of all units, each once
 * @param lostSeconds the work after the last checkpoint of what lost workers had begun
 * @param lostWorkers how many workers were lost while they worked
 */
public record SimulatedRun(
    int workers,
    double makespanSeconds,
    double usefulSeconds,
    double lostSeconds,
    int lostWorkers) {
  /** The useful share of the time of all workers, from 0 to 1. */
  public double utilisation() {
    return makespanSeconds == 0 ? 1 : usefulSeconds / (workers * makespanSeconds);
  }

  /** The lost share of all work that was done, from 0 to 1. */
  public double lostShare() {
    double all = usefulSeconds + lostSeconds;
    return all == 0 ? 0 : lostSeconds / all;
  }
}
