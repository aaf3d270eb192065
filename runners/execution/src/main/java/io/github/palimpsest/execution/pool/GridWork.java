package io.github.palimpsest.execution.pool;

import io.github.palimpsest.experiment.plan.Cell;
import io.github.palimpsest.experiment.plan.Plan;
import io.github.palimpsest.experiment.plan.Stage;
import io.github.palimpsest.experiment.plan.Stages;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.function.LongSupplier;

/**
 * The finished and remaining work of a grid, in forward-and-backward passes. A stage counts once,
 * for any number of cells that share it. A stage that no open cell needs, because its cells failed,
 * does not count. The remaining time follows from the passes done since this run began; this
 * includes the time of other work, for example scoring.
 */
public final class GridWork {
  private final Plan plan;
  private final Stages stages;
  private final LongSupplier nanos;
  private final Map<String, Double> open = new HashMap<>();
  private final Set<String> closed = new HashSet<>();

  /** The open stages with the number of open cells that need each; kept, since grids are large. */
  private final Map<String, Integer> needed = new HashMap<>();

  private final Map<String, Cell> cells = new HashMap<>();
  private double neededPasses;
  private final Map<Integer, Part> parts = new HashMap<>();
  private int trained;
  private double done;
  private long begun = -1;

  /**
   * No work is known yet.
   *
   * @param nanos the time, from an arbitrary origin
   */
  public GridWork(Plan plan, Stages stages, LongSupplier nanos) {
    this.plan = plan;
    this.stages = stages;
    this.nanos = nanos;
  }

  /** The progress of a worker on a stage: the share of its steps at the start and now. */
  private record Part(String stage, double from, double to) {}

  /** Stages without a state, with their passes; a worker that starts later names fewer. */
  public void open(SortedMap<String, Double> passes) {
    if (begun < 0) {
      begun = nanos.getAsLong();
      open.putAll(passes);
      for (Cell cell : plan.cells()) {
        cells.put(cell.id(), cell);
        if (!closed.contains(cell.id())) {
          stages.needed(cell).stream()
              .map(Stage::id)
              .filter(open::containsKey)
              .forEach(stage -> needed.merge(stage, 1, Integer::sum));
        }
      }
      neededPasses = needed.keySet().stream().mapToDouble(open::get).sum();
    }
  }

  /** A worker has done a step of a stage. */
  public void step(int worker, String stage, long step, long steps) {
    Part part = parts.get(worker);
    double from =
        part != null && part.stage().equals(stage)
            ? part.from()
            : (step - 1.0) / Math.max(1, steps);
    parts.put(worker, new Part(stage, from, (double) step / Math.max(1, steps)));
  }

  /** A worker has trained its present stage, if it has one. */
  public void trained(int worker) {
    Part part = parts.remove(worker);
    if (part != null && open.containsKey(part.stage())) {
      double passes = open.remove(part.stage());
      neededPasses -= needed.remove(part.stage()) == null ? 0 : passes;
      done += passes * (1 - part.from());
      trained++;
    }
  }

  /** A worker has no stage any more: it has failed or died. */
  public void dropped(int worker) {
    parts.remove(worker);
  }

  /** A cell is done or failed. */
  public void closed(String cell) {
    Cell known = cells.get(cell);
    if (closed.add(cell) && known != null) {
      for (Stage stage : stages.needed(known)) {
        Integer others = needed.computeIfPresent(stage.id(), (id, n) -> n - 1);
        if (others != null && others == 0) {
          needed.remove(stage.id());
          neededPasses -= open.getOrDefault(stage.id(), 0.0);
        }
      }
    }
  }

  /** Number of stages trained since this run began. */
  public int trainedStages() {
    return trained;
  }

  /** Number of stages that remain to be trained. */
  public int openStages() {
    return needed.size();
  }

  /** Number of passes since this run began. */
  public double done() {
    return done + parts.values().stream().mapToDouble(p -> passes(p) * (p.to() - p.from())).sum();
  }

  /** Number of remaining passes. */
  public double left() {
    return Math.max(
        0, neededPasses - parts.values().stream().mapToDouble(p -> passes(p) * p.to()).sum());
  }

  private double passes(Part part) {
    return open.getOrDefault(part.stage(), 0.0);
  }

  /**
   * The remaining time at the present speed; empty before a tenth of a stage is trained, because
   * the first step builds the graph and takes longer than any other.
   */
  public Optional<Duration> timeLeft() {
    double passes = done();
    boolean known = trained > 0 || parts.values().stream().anyMatch(p -> p.to() - p.from() >= 0.1);
    if (!known || passes <= 0) {
      return Optional.empty();
    }
    return Optional.of(Duration.ofNanos(Math.round((nanos.getAsLong() - begun) / passes * left())));
  }
}
