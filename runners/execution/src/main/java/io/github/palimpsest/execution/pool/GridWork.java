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
 * What of a grid is done and what is left, in forward-and-backward passes. A stage counts once,
 * however many cells have it in common; one that no open cell needs any more, since they failed,
 * does not count. The time left follows from the passes done since this run began, with all that
 * was done beside them, scoring say.
 */
public final class GridWork {
  private final Plan plan;
  private final Stages stages;
  private final LongSupplier nanos;
  private final Map<String, Double> open = new HashMap<>();
  private final Set<String> closed = new HashSet<>();
  private final Map<Integer, Part> parts = new HashMap<>();
  private int trained;
  private double done;
  private long begun = -1;

  /**
   * Nothing is known to be done or left.
   *
   * @param nanos the time, from an arbitrary origin
   */
  public GridWork(Plan plan, Stages stages, LongSupplier nanos) {
    this.plan = plan;
    this.stages = stages;
    this.nanos = nanos;
  }

  /** How far a worker is with a stage: from which share of its steps on, and to which. */
  private record Part(String stage, double from, double to) {}

  /** Stages without a state, with their passes; a worker that starts later names fewer. */
  public void open(SortedMap<String, Double> passes) {
    if (begun < 0) {
      begun = nanos.getAsLong();
      open.putAll(passes);
    }
  }

  /** A step of a stage is done by a worker. */
  public void step(int worker, String stage, long step, long steps) {
    Part part = parts.get(worker);
    double from =
        part != null && part.stage().equals(stage)
            ? part.from()
            : (step - 1.0) / Math.max(1, steps);
    parts.put(worker, new Part(stage, from, (double) step / Math.max(1, steps)));
  }

  /** A worker has trained the stage that it was at, if any. */
  public void trained(int worker) {
    Part part = parts.remove(worker);
    if (part != null && open.containsKey(part.stage())) {
      done += open.remove(part.stage()) * (1 - part.from());
      trained++;
    }
  }

  /** A worker is at nothing any more: it has failed, or died. */
  public void dropped(int worker) {
    parts.remove(worker);
  }

  /** A cell is done or failed. */
  public void closed(String cell) {
    closed.add(cell);
  }

  /** Stages that have been trained since this run began. */
  public int trainedStages() {
    return trained;
  }

  /** Stages that are still to be trained. */
  public int openStages() {
    return (int) needed().stream().distinct().count();
  }

  private Set<String> needed() {
    Set<String> needed = new HashSet<>();
    for (Cell cell : plan.cells()) {
      if (!closed.contains(cell.id())) {
        stages.of(cell).stream().map(Stage::id).filter(open::containsKey).forEach(needed::add);
      }
    }
    return needed;
  }

  /** Passes since this run began. */
  public double done() {
    return done + parts.values().stream().mapToDouble(p -> passes(p) * (p.to() - p.from())).sum();
  }

  /** Passes that are left. */
  public double left() {
    double all = needed().stream().mapToDouble(open::get).sum();
    return Math.max(0, all - parts.values().stream().mapToDouble(p -> passes(p) * p.to()).sum());
  }

  private double passes(Part part) {
    return open.getOrDefault(part.stage(), 0.0);
  }

  /**
   * How long the rest takes if it goes on like this; empty before a tenth of a stage is trained,
   * since the first step builds the graph and takes longer than any other.
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
