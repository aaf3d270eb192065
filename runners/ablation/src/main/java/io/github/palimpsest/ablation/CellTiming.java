package io.github.palimpsest.ablation;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Objects;

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
   * What a cell took: its stages together, whichever run or cell they were trained for, and the
   * scores that were measured for it.
   */
  static ObjectNode ofStages(List<JsonNode> stages, long evaluationNanos) {
    double wall = 0;
    long steps = 0;
    double stepMillis = 0;
    long timed = 0;
    long peak = -1;
    long passes = 0;
    boolean resumed = false;
    for (JsonNode s : stages) {
      wall += s.path("wall_seconds").asDouble();
      steps += s.path("steps_taken").asLong();
      if (s.path("ms_per_step").isNumber()) {
        timed += s.path("steps_taken").asLong();
        stepMillis += s.path("ms_per_step").asDouble() * s.path("steps_taken").asLong();
      }
      peak = Math.max(peak, s.path("peak_rss_bytes").asLong(-1));
      resumed |= s.path("resumed").asBoolean();
      passes += s.path("gradient_passes").asLong(Long.MIN_VALUE / 1024);
    }
    ObjectNode measured = stages.get(stages.size() - 1).deepCopy();
    measured.put("wall_seconds", Math.round(wall * 1e3) / 1e3);
    measured.put("steps_taken", steps);
    if (timed == 0) {
      measured.putNull("ms_per_step");
    } else {
      measured.put("ms_per_step", Math.round(stepMillis / timed * 1e3) / 1e3);
    }
    measured.put("evaluation_seconds", seconds(evaluationNanos));
    if (peak < 0) {
      measured.putNull("peak_rss_bytes");
    } else {
      measured.put("peak_rss_bytes", peak);
    }
    if (passes < 0) {
      measured.putNull("gradient_passes");
    } else {
      measured.put("gradient_passes", passes);
    }
    return measured.put("resumed", resumed);
  }

  private static double seconds(long nanos) {
    return Math.round(nanos / 1e6) / 1e3;
  }
}
