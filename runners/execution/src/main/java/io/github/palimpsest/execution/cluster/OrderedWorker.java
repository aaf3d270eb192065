package io.github.palimpsest.execution.cluster;

import io.github.palimpsest.execution.Assignment;
import io.github.palimpsest.execution.EventLines;
import io.github.palimpsest.execution.Executor;
import io.github.palimpsest.execution.RunEvent;
import io.github.palimpsest.execution.RunListener;
import io.github.palimpsest.execution.pool.Unit;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Supplier;

/** The driver's side of the talk with a worker on a cluster. */
final class OrderedWorker implements WorkerTalk {
  private final Assignment assignment;
  private final WorkerOrder order;
  private final int place;
  private final Executor.Listener told;
  private final RunListener shown;
  private final Supplier<Signal> signals;
  private final Consumer<RunEvent> heard;
  private Optional<Unit> doing = Optional.empty();
  private boolean begun;
  private boolean wantsFolder;

  /**
   * A worker that has not been started.
   *
   * @param place its place among those that are shown
   * @param signals what workers are told
   * @param heard receives its events after they have been shown
   */
  OrderedWorker(
      Assignment assignment,
      WorkerOrder order,
      int place,
      Executor.Listener told,
      Supplier<Signal> signals,
      Consumer<RunEvent> heard) {
    this.assignment = assignment;
    this.order = order;
    this.place = place;
    this.told = told;
    this.shown = told.worker(place);
    this.signals = signals;
    this.heard = heard;
  }

  Assignment assignment() {
    return assignment;
  }

  WorkerOrder order() {
    return order;
  }

  int place() {
    return place;
  }

  /** What it is at, or was when it was lost. */
  synchronized Optional<Unit> doing() {
    return doing;
  }

  /** What it is at; if it has not begun, what it was to do; empty if that was the check. */
  Optional<Unit> unit() {
    return doing()
        .or(
            () ->
                switch (assignment.kind()) {
                  case STAGE -> Optional.of(new Unit(assignment.id(), false));
                  case CELL -> Optional.of(new Unit(assignment.id(), true));
                  case ALL, CHECK -> Optional.empty();
                });
  }

  /** Whether its process has been started. */
  synchronized boolean begun() {
    return begun;
  }

  /** Whether it has checked model and data before there is a folder; true once. */
  synchronized boolean wantsFolder() {
    boolean wants = wantsFolder;
    wantsFolder = false;
    return wants;
  }

  @Override
  public void event(String line) {
    EventLines.read(line).ifPresent(this::heard);
  }

  private void heard(RunEvent event) {
    if (event instanceof RunEvent.Ready) {
      ready();
    } else if (!(event instanceof RunEvent.Done)) {
      synchronized (this) {
        doing = Unit.after(event, doing);
      }
      shown.on(event);
      heard.accept(event);
    }
  }

  private synchronized void ready() {
    doing = Optional.empty(); // after a loss, a new process begins
    wantsFolder = signals.get() == Signal.WAIT;
  }

  @Override
  public void message(String line) {
    told.message(line);
  }

  @Override
  public Signal signal() {
    synchronized (this) {
      begun = true;
    }
    return signals.get();
  }
}
