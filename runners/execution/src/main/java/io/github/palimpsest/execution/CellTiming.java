package io.github.palimpsest.execution;

import io.github.palimpsest.engine.device.DeviceList;
import io.github.palimpsest.experiment.plan.SharedInputs;
import io.github.palimpsest.results.folder.Timing;
import java.util.List;
import java.util.Objects;
import java.util.OptionalLong;

/**
 * The cost of training a stage. Kept apart from the result, which must not depend on it. Counts
 * only this process's part of a run that was interrupted.
 */
public final class CellTiming {
  private final long begun = System.nanoTime();
  private final boolean resumed;
  private long lastStep;
  private long steps;
  private long timedSteps;
  private long stepNanos;
  private long scoringNanos;

  /**
   * Begins to measure.
   *
   * @param resumed whether an earlier process has trained a part
   */
  public CellTiming(boolean resumed) {
    this.resumed = resumed;
    PeakMemory.reset();
  }

  /** A task begins: its first step builds the graph and is not counted. */
  void taskBegins() {
    lastStep = 0;
  }

  /** A step has ended. */
  public void step() {
    long now = System.nanoTime();
    if (lastStep != 0) {
      stepNanos += now - lastStep;
      timedSteps++;
    }
    lastStep = now;
    steps++;
  }

  /** Scoring of a point took this time, which is no part of a step. */
  public void scored(long nanos) {
    scoringNanos += nanos;
    lastStep = lastStep == 0 ? 0 : System.nanoTime();
  }

  /**
   * What training has taken so far.
   *
   * @param device where it ran
   * @param gradientPasses forward-and-backward passes that the graphs have; empty if unknown
   */
  public Timing measured(String device, OptionalLong gradientPasses) {
    long peak = PeakMemory.bytes();
    Machine machine = Machine.current();
    return new Timing(
        seconds(System.nanoTime() - begun - scoringNanos),
        steps,
        timedSteps == 0 ? null : Math.round(stepNanos / 1e3 / timedSteps) / 1e3,
        peak < 0 ? null : peak,
        resumed,
        device,
        SharedInputs.tensorflowVersion(),
        DeviceList.version(),
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
        scoringNanos == 0 ? null : seconds(scoringNanos));
  }

  /**
   * The cost of a cell: the sum of its stages with their points, whatever run or cell they were
   * trained for, and the scores that were measured for it.
   */
  static Timing ofStages(List<Timing> stages, long evaluationNanos) {
    double wall = 0;
    long steps = 0;
    double stepMillis = 0;
    long timed = 0;
    long peak = -1;
    Long passes = 0L;
    boolean resumed = false;
    double scoring = evaluationNanos / 1e9;
    for (Timing s : stages) {
      long taken = s.stepsTaken() == null ? 0 : s.stepsTaken();
      wall += s.wallSeconds() == null ? 0 : s.wallSeconds();
      scoring += s.evaluationSeconds() == null ? 0 : s.evaluationSeconds();
      steps += taken;
      if (s.msPerStep() != null) {
        timed += taken;
        stepMillis += s.msPerStep() * taken;
      }
      peak = Math.max(peak, s.peakRssBytes() == null ? -1 : s.peakRssBytes());
      resumed |= s.resumed();
      passes = passes == null || s.gradientPasses() == null ? null : passes + s.gradientPasses();
    }
    Timing last = stages.get(stages.size() - 1);
    return new Timing(
        Math.round(wall * 1e3) / 1e3,
        steps,
        timed == 0 ? null : Math.round(stepMillis / timed * 1e3) / 1e3,
        peak < 0 ? null : peak,
        resumed,
        last.device(),
        last.tensorflowJava(),
        last.tensorflowRuntime(),
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
        Math.round(scoring * 1e3) / 1e3);
  }

  private static double seconds(long nanos) {
    return Math.round(nanos / 1e6) / 1e3;
  }
}
