package io.github.palimpsest.execution;

import io.github.palimpsest.experiment.plan.SharedInputs;
import io.github.palimpsest.results.folder.Measured;
import java.util.List;
import java.util.Objects;
import java.util.OptionalLong;

/**
 * What training a stage itself took. Kept apart from the result, which must not depend on it.
 * Counts only this process's part of a run that was interrupted.
 */
final class CellTiming {
  private final long begun = System.nanoTime();
  private final boolean resumed;
  private long lastStep;
  private long steps;
  private long timedSteps;
  private long stepNanos;

  CellTiming(boolean resumed) {
    this.resumed = resumed;
    PeakMemory.reset();
  }

  /** A task begins: its first step builds the graph and is not counted. */
  void taskBegins() {
    lastStep = 0;
  }

  void step() {
    long now = System.nanoTime();
    if (lastStep != 0) {
      stepNanos += now - lastStep;
      timedSteps++;
    }
    lastStep = now;
    steps++;
  }

  /**
   * What training has taken so far.
   *
   * @param device where it ran
   * @param gradientPasses forward-and-backward passes that the graphs have; empty if unknown
   */
  Measured measured(String device, OptionalLong gradientPasses) {
    long peak = PeakMemory.bytes();
    Machine machine = Machine.current();
    return new Measured(
        seconds(System.nanoTime() - begun),
        steps,
        timedSteps == 0 ? null : Math.round(stepNanos / 1e3 / timedSteps) / 1e3,
        peak < 0 ? null : peak,
        resumed,
        device,
        SharedInputs.tensorflowVersion(),
        Objects.toString(CellTiming.class.getPackage().getImplementationVersion(), "development"),
        machine.cpu(),
        machine.gpus(),
        machine.processors(),
        machine.memoryBytes() < 0 ? null : machine.memoryBytes(),
        System.getProperty("os.name") + " " + System.getProperty("os.arch"),
        System.getProperty("os.version"),
        System.getProperty("java.version"),
        System.getProperty("java.vendor"),
        gradientPasses.isPresent() ? gradientPasses.getAsLong() : null,
        null);
  }

  /**
   * What a cell took: its stages together, whichever run or cell they were trained for, and the
   * scores that were measured for it.
   */
  static Measured ofStages(List<Measured> stages, long evaluationNanos) {
    double wall = 0;
    long steps = 0;
    double stepMillis = 0;
    long timed = 0;
    long peak = -1;
    Long passes = 0L;
    boolean resumed = false;
    for (Measured s : stages) {
      long taken = s.stepsTaken() == null ? 0 : s.stepsTaken();
      wall += s.wallSeconds() == null ? 0 : s.wallSeconds();
      steps += taken;
      if (s.msPerStep() != null) {
        timed += taken;
        stepMillis += s.msPerStep() * taken;
      }
      peak = Math.max(peak, s.peakRssBytes() == null ? -1 : s.peakRssBytes());
      resumed |= s.resumed();
      passes = passes == null || s.gradientPasses() == null ? null : passes + s.gradientPasses();
    }
    Measured last = stages.get(stages.size() - 1);
    return new Measured(
        Math.round(wall * 1e3) / 1e3,
        steps,
        timed == 0 ? null : Math.round(stepMillis / timed * 1e3) / 1e3,
        peak < 0 ? null : peak,
        resumed,
        last.device(),
        last.tensorflow(),
        last.palimpsest(),
        last.cpu(),
        last.gpus(),
        last.processors(),
        last.memoryBytes(),
        last.os(),
        last.osVersion(),
        last.java(),
        last.javaVendor(),
        passes,
        seconds(evaluationNanos));
  }

  private static double seconds(long nanos) {
    return Math.round(nanos / 1e6) / 1e3;
  }
}
