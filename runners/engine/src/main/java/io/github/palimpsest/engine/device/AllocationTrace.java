package io.github.palimpsest.engine.device;

import java.util.Comparator;
import java.util.List;
import org.tensorflow.Result;
import org.tensorflow.Session;
import org.tensorflow.proto.AllocationRecord;
import org.tensorflow.proto.RunOptions;

/** The allocations of runs, as the runtime records them itself. */
public final class AllocationTrace {
  private long peak;

  /** No run is recorded yet. */
  public AllocationTrace() {}

  /** The most bytes that one run had allocated and not yet released. */
  public long peak() {
    return peak;
  }

  /** Runs once. */
  public Result run(Session.Runner runner) {
    Result result =
        runner
            .setOptions(
                RunOptions.newBuilder().setTraceLevel(RunOptions.TraceLevel.FULL_TRACE).build())
            .runAndFetchMetadata();
    List<AllocationRecord> records =
        result.getMetadata().orElseThrow().getStepStats().getDevStatsList().stream()
            .flatMap(device -> device.getNodeStatsList().stream())
            .flatMap(node -> node.getMemoryList().stream())
            .flatMap(used -> used.getAllocationRecordsList().stream())
            // what is released within a microsecond may be what the next value takes
            .sorted(
                Comparator.comparingLong(AllocationRecord::getAllocMicros)
                    .thenComparingLong(AllocationRecord::getAllocBytes))
            .toList();
    long now = 0;
    for (AllocationRecord record : records) {
      now += record.getAllocBytes();
      peak = Math.max(peak, now);
    }
    return result;
  }
}
