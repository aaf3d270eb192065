package io.github.palimpsest.execution.lease;

import io.github.palimpsest.results.folder.FolderLayout;
import io.github.palimpsest.results.folder.RunNote;
import io.github.palimpsest.results.folder.RunWorker;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;

/**
 * The heartbeats of runs whose processes this one cannot see, for a command that looks once. The
 * age of a heartbeat is the time since this process saw it change: time stamps of other machines
 * mean nothing here.
 */
public final class Heartbeats {
  private static final Duration LOOK = Duration.ofMillis(200);

  private final FolderLayout layout;
  private final Pace pace;

  /** The heartbeats in a folder. */
  public Heartbeats(FolderLayout layout, Pace pace) {
    this.layout = layout;
    this.pace = pace;
  }

  /**
   * What was seen of a run.
   *
   * @param beaten whether it gave a sign of life
   * @param time since that; without one, the time in which there was none
   */
  public record Seen(boolean beaten, Duration time) {
    /** For people. */
    public String words() {
      String seconds = Math.max(1, time.toSeconds()) + " s";
      return beaten ? "heartbeat " + seconds + " ago" : "no heartbeat for " + seconds;
    }
  }

  /** Watches until each run has given a sign of life, or for as long as that should take. */
  public Map<String, Seen> watch() {
    long begun = pace.nanos();
    Map<String, RunNote> first = new HashMap<>();
    elsewhere().forEach(note -> first.put(id(note), note));
    Map<String, Long> changed = new HashMap<>();
    Duration limit =
        first.values().stream()
            .map(Heartbeats::limit)
            .max(Duration::compareTo)
            .orElse(Duration.ZERO);
    while (changed.size() < first.size() && pace.nanos() - begun < limit.toNanos()) {
      pace.pause(LOOK);
      for (RunNote note : elsewhere()) {
        if (!note.equals(first.get(id(note)))) {
          changed.putIfAbsent(id(note), pace.nanos());
        }
      }
      changed.keySet().retainAll(first.keySet());
    }
    Map<String, Seen> seen = new TreeMap<>();
    first
        .keySet()
        .forEach(
            id -> {
              Long at = changed.get(id);
              long since = pace.nanos() - (at == null ? begun : at);
              seen.put(id, new Seen(at != null, Duration.ofNanos(since)));
            });
    return seen;
  }

  private List<RunNote> elsewhere() {
    return RunNote.all(layout).stream().filter(RunNote::elsewhere).toList();
  }

  private static String id(RunNote note) {
    return Objects.requireNonNull(note.worker()).id();
  }

  /** The time between two heartbeats, and as much again for one that is late. */
  private static Duration limit(RunNote note) {
    RunWorker worker = Objects.requireNonNull(note.worker());
    return worker.lease().multipliedBy(2).dividedBy(Participant.BEATS);
  }
}
