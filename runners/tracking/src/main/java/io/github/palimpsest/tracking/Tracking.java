package io.github.palimpsest.tracking;

import io.github.palimpsest.api.tracker.TrackedExperiment;
import io.github.palimpsest.api.tracker.Tracker;
import io.github.palimpsest.results.folder.CellHistory;
import io.github.palimpsest.results.folder.FolderHistory;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * Updates trackers with the contents of an output folder on its own thread. It reads the folder's
 * files every few seconds, and once more when it is closed. Trackers may fail at any time. A
 * failure is reported once; the tracker is tried again and then receives the data that it missed.
 */
public final class Tracking implements AutoCloseable {
  private static final Duration EVERY = Duration.ofSeconds(2);
  private static final Duration LONGEST_BREAK = Duration.ofMinutes(1);

  private final Path folder;
  private final FolderHistory history;
  private final List<Followed> trackers;
  private final Consumer<String> told;
  private final ScheduledExecutorService thread =
      Executors.newSingleThreadScheduledExecutor(
          task -> {
            Thread t = new Thread(task, "tracking");
            t.setDaemon(true);
            return t;
          });
  private boolean begun;
  private volatile boolean unread;

  /**
   * Creates a follower that starts with {@link #begin}.
   *
   * @param folder an output folder, which need not exist yet
   * @param trackers the trackers to update; {@link #close} closes them
   * @param told receives a message when a tracker fails and when it works again
   */
  public Tracking(Path folder, List<Tracker> trackers, Consumer<String> told) {
    this.folder = folder;
    this.history = new FolderHistory(folder);
    this.trackers = trackers.stream().map(t -> new Followed(t, told)).toList();
    this.told = told;
  }

  /** Begins to follow the folder; a second call does nothing. */
  public void begin() {
    if (!begun && !trackers.isEmpty()) {
      begun = true;
      thread.scheduleWithFixedDelay(() -> look(false), 0, EVERY.toMillis(), TimeUnit.MILLISECONDS);
    }
  }

  private void look(boolean last) {
    List<CellHistory> cells;
    Optional<String> experiment;
    try {
      experiment = history.experiment();
      cells = history.read();
    } catch (RuntimeException e) { // for example, another process removes a file at this moment
      if (last) {
        unread = true;
        told.accept("the output folder cannot be read for the trackers: " + e.getMessage());
      }
      return;
    }
    experiment.ifPresent(
        name -> {
          HistoryGrid grid = HistoryGrid.of(name, folder, cells);
          trackers.forEach(t -> t.show(grid, last));
        });
  }

  /** Shows the remaining data and closes the trackers. */
  @Override
  public void close() {
    if (begun) {
      thread.execute(() -> look(true));
    }
    thread.execute(() -> trackers.forEach(Followed::close));
    thread.shutdown();
    try {
      while (!thread.awaitTermination(1, TimeUnit.MINUTES)) {
        told.accept("still waiting for " + trackers.get(0).target());
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Whether each tracker shows all that the folder has; asked after {@link #close}. */
  public boolean upToDate() {
    return !unread && trackers.stream().allMatch(t -> t.pause.isZero());
  }

  /** A tracker with its state; after a failure, it is paused for a while. */
  private static final class Followed {
    private final Tracker tracker;
    private final Consumer<String> told;
    private volatile Duration pause = Duration.ZERO;
    private long pausedAt;

    Followed(Tracker tracker, Consumer<String> told) {
      this.tracker = tracker;
      this.told = told;
    }

    String target() {
      try {
        return Secrets.hidden(tracker.target());
      } catch (RuntimeException | Error e) { // from a third-party tracker
        return "a tracker whose name fails with " + e;
      }
    }

    void show(TrackedExperiment experiment, boolean last) {
      boolean failing = !pause.isZero();
      if (failing && !last && System.nanoTime() - pausedAt < pause.toNanos()) {
        return;
      }
      try {
        tracker.show(experiment);
        if (failing) {
          told.accept(target() + " is up to date again");
        }
        pause = Duration.ZERO;
      } catch (RuntimeException | Error e) { // the run continues after any failure
        if (!failing || last) {
          told.accept(
              target()
                  + " is not up to date: "
                  + reason(e)
                  + (last
                      ? "; 'watch DIR' with the same option makes up for it"
                      : "; the run goes on, and it is tried again"));
        }
        pausedAt = System.nanoTime();
        Duration twice = failing ? pause.multipliedBy(2) : EVERY;
        pause = twice.compareTo(LONGEST_BREAK) < 0 ? twice : LONGEST_BREAK;
      }
    }

    private static String reason(Throwable e) {
      Throwable cause = e;
      while (cause.getCause() != null) {
        cause = cause.getCause();
      }
      return Secrets.hidden(cause.getMessage() == null ? cause.toString() : cause.getMessage());
    }

    void close() {
      try {
        tracker.close();
      } catch (RuntimeException | Error e) { // as above
        if (pause.isZero()) {
          told.accept(target() + " could not be closed: " + reason(e));
        }
      }
    }
  }
}
