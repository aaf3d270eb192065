package io.github.palimpsest.execution.simulation;

import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Comparator;
import java.util.Deque;
import java.util.PriorityQueue;

/**
 * Workers that share a grid, each as {@code palimpsest work} does: it goes through the cells in the
 * order of the plan, works on a cell as long as nobody else has the unit that the cell needs next,
 * puts it at the end of its queue otherwise, and waits if all cells are at others. So a worker's
 * queue is the ring of open cells, and its state a place on the ring. The simulation takes no time
 * for looking at the folder, for waiting between two looks, and for starting.
 */
public final class GridSimulation {
  private final GridUnits units;
  private final Losses losses;
  private final int workers;

  private final PriorityQueue<Event> events =
      new PriorityQueue<>(Comparator.comparingDouble(Event::time).thenComparingLong(Event::number));
  private final Deque<Integer> idle = new ArrayDeque<>();
  private final BitSet done = new BitSet();
  private final BitSet held = new BitSet();
  private final BitSet ready = new BitSet();
  private final double[] saved;
  private final int[] next;
  private final int[][] cellsOf;
  private final int[] place;
  private final double[] end;
  private final int[] lost;
  private long numbers;
  private int open;
  private int lostWorkers;
  private double lostSeconds;

  private GridSimulation(GridUnits units, int workers, Losses losses) {
    this.units = units;
    this.losses = losses;
    this.workers = workers;
    this.saved = new double[units.seconds().length];
    this.next = new int[units.cells().length];
    this.cellsOf = cellsOf(units);
    this.place = new int[workers];
    this.end = new double[workers];
    this.lost = new int[workers];
    this.open = next.length;
    ready.set(0, next.length);
  }

  /**
   * Simulates a run.
   *
   * @param workers the number of workers, at least 1
   */
  public static SimulatedRun of(GridUnits units, int workers, Losses losses) {
    if (workers < 1) {
      throw new IllegalArgumentException("there must be a worker, and not " + workers);
    }
    return new GridSimulation(units, workers, losses).run();
  }

  private enum Kind {
    /** A worker has done its unit. */
    DONE,
    /** A worker is lost in the middle of its unit. */
    LOST,
    /** The lease on a lost worker's unit has ended. */
    FREE,
    /** Another worker has taken the place of a lost one. */
    BORN
  }

  /**
   * Something that happens.
   *
   * @param number the order of events of one moment
   * @param worker the worker's place; -1 for {@link Kind#FREE}
   * @param unit the unit; -1 for {@link Kind#BORN}
   * @param cell the cell for which the worker does it
   * @param begun when the worker began it
   */
  private record Event(
      double time, long number, Kind kind, int worker, int unit, int cell, double begun) {}

  private static int[][] cellsOf(GridUnits units) {
    int[] sizes = new int[units.seconds().length];
    for (int[] cell : units.cells()) {
      for (int unit : cell) {
        sizes[unit]++;
      }
    }
    int[][] all = new int[sizes.length][];
    Arrays.setAll(all, u -> new int[sizes[u]]);
    for (int c = units.cells().length - 1; c >= 0; c--) {
      for (int unit : units.cells()[c]) {
        all[unit][--sizes[unit]] = c;
      }
    }
    return all;
  }

  private SimulatedRun run() {
    for (int w = 0; w < workers; w++) {
      end[w] = losses.life(w, 0);
      idle.add(w);
    }
    double now = 0;
    takeAll(now);
    while (open > 0) {
      Event event = events.remove();
      now = event.time();
      on(event, now);
      takeAll(now);
    }
    return new SimulatedRun(workers, now, units.totalSeconds(), lostSeconds, lostWorkers);
  }

  private void on(Event event, double now) {
    switch (event.kind()) {
      case DONE -> {
        done.set(event.unit());
        release(event.unit());
        if (ready.get(event.cell())) {
          begin(event.worker(), event.cell(), now); // a worker stays with its cell
        } else {
          place[event.worker()] = event.cell() + 1;
          idle.addFirst(event.worker());
        }
      }
      case LOST -> {
        double reached = saved[event.unit()] + now - event.begun();
        double every = units.checkpoints()[event.unit()];
        double kept = Double.isInfinite(every) ? 0 : Math.floor(reached / every) * every;
        saved[event.unit()] = Math.max(saved[event.unit()], kept);
        lostSeconds += reached - saved[event.unit()];
        lostWorkers++;
        add(now + losses.lease().toMillis() / 1e3, Kind.FREE, -1, event.unit(), event.cell(), 0);
        replace(event.worker(), now);
      }
      case FREE -> release(event.unit());
      case BORN -> idle.add(event.worker());
    }
  }

  /** A worker that is lost at a moment is replaced by one that begins at the first cell. */
  private void replace(int worker, double when) {
    double born = when + losses.replaced().toMillis() / 1e3;
    lost[worker]++;
    place[worker] = 0;
    end[worker] = born + losses.life(worker, lost[worker]);
    add(born, Kind.BORN, worker, -1, -1, 0);
  }

  /** Workers without work take what is ready. */
  private void takeAll(double now) {
    while (!idle.isEmpty() && !ready.isEmpty()) {
      int worker = idle.remove();
      if (end[worker] <= now) { // lost while it waited
        replace(worker, Math.max(end[worker], now - losses.replaced().toMillis() / 1e3));
        continue;
      }
      int cell = ready.nextSetBit(place[worker]);
      begin(worker, cell < 0 ? ready.nextSetBit(0) : cell, now);
    }
  }

  private void begin(int worker, int cell, double now) {
    int unit = units.cells()[cell][next[cell]];
    held.set(unit);
    for (int c : cellsOf[unit]) {
      refresh(c);
    }
    double left = units.seconds()[unit] - saved[unit];
    boolean survives = now + left <= end[worker];
    double until = survives ? now + left : end[worker];
    add(until, survives ? Kind.DONE : Kind.LOST, worker, unit, cell, now);
  }

  private void release(int unit) {
    held.clear(unit);
    for (int c : cellsOf[unit]) {
      refresh(c);
    }
  }

  /** Whether a cell needs a unit that nobody has. */
  private void refresh(int cell) {
    int[] own = units.cells()[cell];
    boolean wasOpen = next[cell] < own.length;
    while (next[cell] < own.length && done.get(own[next[cell]])) {
      next[cell]++;
    }
    if (next[cell] == own.length) {
      open -= wasOpen ? 1 : 0;
      ready.clear(cell);
    } else {
      ready.set(cell, !held.get(own[next[cell]]));
    }
  }

  private void add(double time, Kind kind, int worker, int unit, int cell, double begun) {
    events.add(new Event(time, numbers++, kind, worker, unit, cell, begun));
  }
}
