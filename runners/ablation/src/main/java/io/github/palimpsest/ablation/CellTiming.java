package io.github.palimpsest.ablation;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * What a cell's run itself took. Kept apart from the result, which must not depend on it. Counts
 * only this process's part of a run that was interrupted.
 */
final class CellTiming {
  private static final Path STATUS = Path.of("/proc/self/status");
  private static final Path CLEAR = Path.of("/proc/self/clear_refs");

  private final long begun = System.nanoTime();
  private final boolean resumed;
  private long lastStep;
  private long steps;
  private long timedSteps;
  private long stepNanos;
  private long evaluationNanos;

  CellTiming(boolean resumed) {
    this.resumed = resumed;
    resetPeak();
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

  void evaluated(long nanos) {
    evaluationNanos += nanos;
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
    measured.put("evaluation_seconds", seconds(evaluationNanos));
    long peak = peakBytes();
    if (peak < 0) {
      measured.putNull("peak_rss_bytes");
    } else {
      measured.put("peak_rss_bytes", peak);
    }
    measured.put("resumed", resumed);
    measured.put("device", device);
    measured.put("processors", Runtime.getRuntime().availableProcessors());
    measured.put("java", System.getProperty("java.version"));
    measured.put("os", System.getProperty("os.name") + " " + System.getProperty("os.arch"));
    return measured;
  }

  private static double seconds(long nanos) {
    return Math.round(nanos / 1e6) / 1e3;
  }

  /** The process's highest resident size since the last reset; -1 where the system has no such. */
  static long peakBytes() {
    if (!Files.isReadable(STATUS)) {
      return -1;
    }
    try {
      List<String> lines = Files.readAllLines(STATUS, StandardCharsets.US_ASCII);
      for (String line : lines) {
        if (line.startsWith("VmHWM:")) {
          return Long.parseLong(line.replaceAll("\\D", "")) * 1024;
        }
      }
      return -1;
    } catch (IOException e) {
      return -1;
    }
  }

  /** Lets the peak begin anew with this cell, where Linux allows it. */
  private static void resetPeak() {
    if (Files.isWritable(CLEAR)) {
      try {
        Files.writeString(CLEAR, "5");
      } catch (IOException e) {
        // some containers forbid it; the peak then counts from the start of the process
        return;
      }
    }
  }
}
