package io.github.palimpsest.execution.pool;

import io.github.palimpsest.execution.ExperimentRun;
import io.github.palimpsest.execution.RunSettings;
import io.github.palimpsest.experiment.plan.Plan;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/** The workers that died of each unit: one that has killed three is given up. */
public final class Crashes {
  private static final int MOST = 3;

  private final Plan plan;
  private final RunSettings settings;
  private final Path folder;
  private final Consumer<String> messages;
  private final Duration stallTimeout;
  private final Map<String, Integer> times = new HashMap<>();

  /**
   * No worker has died yet.
   *
   * @param messages receives a line for each death
   * @param stallTimeout the time without progress after which a worker is ended
   */
  public Crashes(
      Plan plan,
      RunSettings settings,
      Path folder,
      Consumer<String> messages,
      Duration stallTimeout) {
    this.plan = plan;
    this.settings = settings;
    this.folder = folder;
    this.messages = messages;
    this.stallTimeout = stallTimeout;
  }

  /**
   * Whether a dead worker shall be replaced.
   *
   * @param doing what it was at; empty if it had not begun
   */
  public synchronized boolean again(Optional<Unit> doing, WorkerProcess.End end) {
    int died = times.merge(doing.map(Unit::id).orElse(""), 1, Integer::sum);
    String place = end.place().isEmpty() ? "" : ", in " + end.place();
    messages.accept(
        "palimpsest: "
            + (end.stalled()
                ? "a worker was ended, because it made no progress for "
                    + StallWatch.text(stallTimeout)
                : "a worker died (exit code " + end.code() + ")")
            + doing.map(Unit::words).orElse("")
            + place);
    if (died >= MOST && doing.isPresent()) {
      String last =
          end.stalled()
              ? "after " + StallWatch.text(stallTimeout) + " in which there was no progress"
              : "with exit code " + end.code();
      giveUp(doing.get(), MOST + " workers died of it, the last " + last + place);
    }
    return died < MOST || doing.isPresent();
  }

  /** Records that a unit cannot be done, and why. */
  public synchronized void giveUp(Unit unit, String reason) {
    if (unit.scoring()) {
      ExperimentRun.giveUpCell(plan, folder, unit.id(), reason);
    } else {
      ExperimentRun.giveUp(plan, settings, folder, unit.id(), reason);
    }
  }
}
