package io.github.palimpsest.tck;

import io.github.palimpsest.api.component.Setting;
import io.github.palimpsest.api.tracker.Readback;
import io.github.palimpsest.api.tracker.TrackedCell;
import io.github.palimpsest.api.tracker.TrackedExperiment;
import io.github.palimpsest.api.tracker.TrackedPoint;
import io.github.palimpsest.api.tracker.TrackedSeries;
import io.github.palimpsest.api.tracker.Tracker;
import io.github.palimpsest.api.tracker.TrackerProvider;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Numbers as lines {@code key step value} of one file; may do one thing wrong. */
final class LinesTracker implements Tracker, Readback {
  static final Setting<String> TARGET = TrackerProvider.target("lines.txt", "the file");

  /** What it does wrong. */
  enum Fault {
    NONE,
    /** Writes when it is closed. */
    LATE,
    /** Writes the first part of a series alone. */
    FIRST_PART,
    /** Writes all again. */
    REPEATS,
    /** Knows what this process has written, not what the file holds. */
    FORGETS,
    /** Notes what is shown before it is written. */
    NOTES_FIRST,
    /** Names as they are between its separators. */
    PLAIN_NAMES,
    /** Letters and digits of names alone. */
    LETTERS,
    /** Makes the file in its constructor. */
    EAGER,
    /** Cannot be closed before it has shown something. */
    NEEDS_SHOW
  }

  private final Path file;
  private final Fault fault;
  private final StringBuilder held = new StringBuilder();
  private final Map<String, Long> own = new HashMap<>();
  private boolean begun;

  private LinesTracker(Path file, Fault fault) {
    this.file = file;
    this.fault = fault;
    if (fault == Fault.EAGER) {
      open();
    }
  }

  static Stub.OfTracker with(Fault fault) {
    return new Stub.OfTracker(
        List.of(TARGET), s -> new LinesTracker(Path.of(s.get(TARGET)), fault));
  }

  @Override
  public String target() {
    return "lines of '" + file + "'";
  }

  @Override
  public void open() {
    write("", StandardOpenOption.CREATE);
  }

  @Override
  public void show(TrackedExperiment experiment) {
    begun = true;
    Map<String, Long> last = last();
    StringBuilder more = new StringBuilder();
    for (TrackedCell cell : experiment.cells()) {
      Map<String, Integer> parts = new HashMap<>();
      for (TrackedSeries series : cell.series()) {
        String key = key(experiment, cell.id()) + name(series.name());
        boolean first = parts.merge(key, 1, Integer::sum) == 1;
        for (TrackedPoint p : series.after(last.getOrDefault(key, 0L))) {
          if (first || fault != Fault.FIRST_PART) {
            more.append(key).append(' ').append(p.step()).append(' ').append(p.value());
            more.append('\n');
          }
          if (fault != Fault.REPEATS) {
            last.put(key, p.step());
          }
        }
      }
    }
    if (fault == Fault.LATE) {
      held.append(more);
    } else {
      write(more.toString(), StandardOpenOption.APPEND);
    }
    own.putAll(last);
  }

  private Map<String, Long> last() {
    if (fault == Fault.NOTES_FIRST) {
      if (own.isEmpty()) {
        own.putAll(read());
      }
      return own;
    }
    return switch (fault) {
      case REPEATS -> new HashMap<>();
      case FORGETS, LATE -> new HashMap<>(own);
      default -> read();
    };
  }

  private Map<String, Long> read() {
    Map<String, Long> last = new HashMap<>();
    for (String line : lines()) {
      String[] fields = line.split(" ");
      if (fields.length == 3) {
        last.put(fields[0], Long.parseLong(fields[1]));
      }
    }
    return last;
  }

  private String key(TrackedExperiment experiment, String cell) {
    return URLEncoder.encode(experiment.folder(), StandardCharsets.UTF_8) + "/" + cell + "/";
  }

  private String name(String series) {
    return switch (fault) {
      case PLAIN_NAMES -> series;
      case LETTERS -> series.replaceAll("[^A-Za-z0-9]", "_");
      default -> URLEncoder.encode(series, StandardCharsets.UTF_8);
    };
  }

  @Override
  public List<TrackedPoint> shown(TrackedExperiment experiment, String cell) {
    List<TrackedPoint> all = new ArrayList<>();
    for (String line : lines()) {
      String[] fields = line.split(" ");
      if (fields[0].startsWith(key(experiment, cell)) && fields.length == 3) {
        all.add(TrackedPoint.of(Long.parseLong(fields[1]), Double.parseDouble(fields[2])));
      }
    }
    return all;
  }

  private List<String> lines() {
    try {
      return Files.readAllLines(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void write(String text, StandardOpenOption how) {
    try {
      Files.writeString(file, text, how, StandardOpenOption.WRITE);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() {
    if (fault == Fault.NEEDS_SHOW && !begun) {
      throw new IllegalStateException("nothing was shown");
    }
    if (held.length() > 0) {
      write(held.toString(), StandardOpenOption.APPEND);
    }
  }
}
