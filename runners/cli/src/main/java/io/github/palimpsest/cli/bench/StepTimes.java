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
 * What each step took, by the clock and of the processors. Processor time is that of the whole
 * process, and hardly changes with what else the machine does.
 */
public final class StepTimes {
  /** Steps at the start that the medians leave out. */
  static final int WARM_UP = 4;

  private static final OperatingSystemMXBean SYSTEM =
      ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);

  private final List<Step> steps = new ArrayList<>();

  /**
   * @param phase the optimizer's kind of step: steps of several kinds take several times
   */
  public record Step(int phase, double wallMillis, double processorMillis) {}

  /** Runs one step and notes what it took. */
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
   * Milliseconds a step by the clock: the median of the steps after the warm-up. Where there are
   * several phases, the mean of their medians, each weighed by its share of all steps: the median
   * of LookSAM's steps alone would be that of the cheap ones.
   */
  public double wallMillis() {
    return typical(steps -> median(steps.stream().mapToDouble(Step::wallMillis)));
  }

  /**
   * Milliseconds a step of all processors together, weighed as {@link #wallMillis}: a mean, since
   * the system may count it in parts of 10 ms.
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

  private static double median(DoubleStream times) {
    double[] sorted = times.sorted().toArray();
    int middle = sorted.length / 2;
    return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
  }
}
