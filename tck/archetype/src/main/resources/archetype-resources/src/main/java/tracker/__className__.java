package ${package};

import io.github.palimpsest.api.PalimpsestException;
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

/**
 * All numbers of a grid in one file, a line each: {@code folder,cell,series,step,value}. Names are
 * percent-encoded, so that none can hold a comma or a line end. What the file has already is read
 * from it, so a process that goes on with a grid writes no line twice.
 */
final class ${className} implements Tracker, Readback {
  private static final Setting<String> TARGET =
      TrackerProvider.target("palimpsest.csv", "the file; made if it is missing");

  /** The tracker as a plugin offers it: {@code --track ${id}=FILE}. */
  static final TrackerProvider PROVIDER =
      TrackerProvider.of(
              "${id}",
              "All numbers of a grid in one CSV file",
              "lines of folder,cell,series,step,value",
              "RFC 4180")
          .settings(TARGET)
          .creates(s -> new ${className}(Path.of(s.get(TARGET))));

  private final Path file;

  ${className}(Path file) {
    this.file = file;
  }

  @Override
  public String target() {
    return "the file '" + file + "'";
  }

  @Override
  public void open() {
    try {
      Files.createDirectories(file.toAbsolutePath().getParent());
      Files.writeString(file, "", StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    } catch (IOException e) {
      throw new PalimpsestException("'" + file + "' cannot be written: " + e, e);
    }
  }

  @Override
  public void show(TrackedExperiment experiment) {
    try {
      Map<String, Long> last = new HashMap<>();
      for (String line : lines()) {
        last.put(key(line), step(line));
      }
      StringBuilder more = new StringBuilder();
      for (TrackedCell cell : experiment.cells()) {
        for (TrackedSeries series : cell.series()) {
          String key = key(experiment, cell.id(), series.name());
          for (TrackedPoint p : series.after(last.getOrDefault(key, -1L))) {
            more.append(key).append(p.step()).append(',').append(p.value()).append('\n');
            last.put(key, p.step());
          }
        }
      }
      Files.writeString(file, more, StandardOpenOption.APPEND);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public List<TrackedPoint> shown(TrackedExperiment experiment, String cell) {
    String begin = key(experiment, cell, "");
    String ofCell = begin.substring(0, begin.length() - 1);
    List<TrackedPoint> all = new ArrayList<>();
    try {
      for (String line : lines()) {
        if (line.startsWith(ofCell)) {
          double value = Double.parseDouble(line.substring(line.lastIndexOf(',') + 1));
          all.add(TrackedPoint.of(step(line), value));
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return all;
  }

  /** The lines of the file. The last one is cut off if a process died while it wrote it. */
  private List<String> lines() throws IOException {
    String text = Files.readString(file);
    int end = text.lastIndexOf('\n') + 1;
    if (end < text.length()) {
      Files.writeString(file, text.substring(0, end));
    }
    return text.substring(0, end).lines().toList();
  }

  private static String key(TrackedExperiment experiment, String cell, String series) {
    return encoded(experiment.folder()) + "," + encoded(cell) + "," + encoded(series) + ",";
  }

  private static String encoded(String name) {
    return URLEncoder.encode(name, StandardCharsets.UTF_8);
  }

  private static String key(String line) {
    return line.substring(0, line.lastIndexOf(',', line.lastIndexOf(',') - 1) + 1);
  }

  private static long step(String line) {
    return Long.parseLong(line.substring(key(line).length(), line.lastIndexOf(',')));
  }

  @Override
  public void close() {
    // nothing is held between two calls
  }
}
