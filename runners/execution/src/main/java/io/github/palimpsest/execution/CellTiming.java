package io.github.palimpsest.execution;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.palimpsest.experiment.plan.SharedInputs;
import io.github.palimpsest.results.folder.JsonFile;
import io.github.palimpsest.results.folder.Measured;
import java.util.List;
import java.util.Objects;

/**
 * The cost of training a stage. Kept apart from the result, which must not depend on it. Counts
 * only this process's part of a run that was interrupted.
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

  ObjectNode json(String device) {
    ObjectNode measured = JsonFile.object();
    measured.put("wall_seconds", seconds(System.nanoTime() - begun));
    measured.put("steps_taken", steps);
    if (timedSteps == 0) {
      measured.putNull("ms_per_step");
    } else {
      measured.put("ms_per_step", Math.round(stepNanos / 1e3 / timedSteps) / 1e3);
    }
    long peak = PeakMemory.bytes();
    if (peak < 0) {
      measured.putNull("peak_rss_bytes");
    } else {
      measured.put("peak_rss_bytes", peak);
    }
    measured.put("resumed", resumed);
    measured.put("device", device);
    measured.put("tensorflow", SharedInputs.tensorflowVersion());
    measured.put(
        "palimpsest",
        Objects.toString(CellTiming.class.getPackage().getImplementationVersion(), "development"));
    Machine.current().put(measured);
    return measured;
  }

  /**
   * The cost of a cell: the sum of its stages, whatever run or cell they were trained for, and the
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
