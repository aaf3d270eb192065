package io.github.palimpsest.cli.bench;

import com.sun.management.OperatingSystemMXBean;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;
import java.util.stream.DoubleStream;

/**
 * The time of each step, by the clock and of the processors. Processor time is that of the whole
 * process, and hardly depends on other load of the machine.
 */
public final class StepTimes {
  /** Steps at the start that the medians leave out. */
  static final int WARM_UP = 4;

  private static final OperatingSystemMXBean SYSTEM =
      ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);

  private final List<Step> steps = new ArrayList<>();

  /**
   * @param phase the optimizer's kind of step; each kind has its own duration
   */
  public record Step(int phase, double wallMillis, double processorMillis) {}

  /** Runs one step and records its time. */
  void measure(int phase, Runnable step) {
    Begun begun = begin();
    step.run();
    add(begun.end(phase));
  }

  /** A step that has begun now. */
  static Begun begin() {
    return new Begun(System.nanoTime(), SYSTEM.getProcessCpuTime());
  }

  /** When a step began, by the clock and of the processors. */
  record Begun(long wall, long processor) {
    /** The step that ends now. */
    Step end(int phase) {
      return new Step(
          phase, (System.nanoTime() - wall) / 1e6, (SYSTEM.getProcessCpuTime() - processor) / 1e6);
    }
  }

  public void add(Step step) {
    steps.add(step);
  }

  int count() {
    return steps.size();
  }

  public double firstMillis() {
    return steps.get(0).wallMillis();
  }

  public double minMillis() {
    return warm().stream().mapToDouble(Step::wallMillis).min().orElse(Double.NaN);
  }

  /**
   * Milliseconds per step by the clock: the median of the steps after the warm-up. If there are
   * several phases, the mean of their medians, each weighted by its share of all steps. The plain
   * median of LookSAM's steps would be that of the cheap ones.
   */
  public double wallMillis() {
    return typical(steps -> median(steps.stream().mapToDouble(Step::wallMillis)));
  }

  /**
   * Milliseconds per step of all processors together, weighted like {@link #wallMillis}. A mean,
   * because the system may count in units of 10 ms.
   */
  public double processorMillis() {
    return typical(
        steps -> steps.stream().mapToDouble(Step::processorMillis).average().orElse(Double.NaN));
  }

  private double typical(ToDoubleFunction<List<Step>> time) {
    Map<Integer, List<Step>> byPhase = warm().stream().collect(Collectors.groupingBy(Step::phase));
    Map<Integer, Long> all =
        steps.stream()
            .filter(s -> byPhase.containsKey(s.phase()))
            .collect(Collectors.groupingBy(Step::phase, Collectors.counting()));
    double sum =
        byPhase.entrySet().stream()
            .mapToDouble(e -> all.get(e.getKey()) * time.applyAsDouble(e.getValue()))
            .sum();
    return sum / all.values().stream().mapToLong(n -> n).sum();
  }

  private List<Step> warm() {
    return steps.subList(steps.size() > WARM_UP ? WARM_UP : 0, steps.size());
  }

  /** The middle one, or the mean of the two in the middle. */
  static double median(DoubleStream values) {
    double[] sorted = values.sorted().toArray();
    int middle = sorted.length / 2;
    return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
  }
}
