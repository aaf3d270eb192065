package com.acme.files;

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
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/**
 * A file for each cell, with a line {@code series,step,value} for each number. A tracker is given
 * everything that there is each time, so a file is written as a whole and then renamed.
 */
final class CellFiles implements Tracker, Readback {
  private static final Setting<String> TARGET =
      TrackerProvider.target("palimpsest-cells", "the folder; made if it is missing");

  static final TrackerProvider PROVIDER =
      TrackerProvider.of(
              "acme.files",
              "A CSV file for each cell of a grid",
              "lines of series,step,value",
              "RFC 4180")
          .settings(TARGET)
          .creates(s -> new CellFiles(Path.of(s.get(TARGET))));

  private final Path folder;

  CellFiles(Path folder) {
    this.folder = folder;
  }

  @Override
  public String target() {
    return "the folder '" + folder + "'";
  }

  @Override
  public void open() {
    try {
      Files.createDirectories(folder);
    } catch (IOException e) {
      throw new PalimpsestException("'" + folder + "' cannot be written: " + e, e);
    }
  }

  @Override
  public void show(TrackedExperiment experiment) {
    try {
      for (TrackedCell cell : experiment.cells()) {
        StringBuilder lines = new StringBuilder();
        for (TrackedSeries series : cell.series()) {
          String name = URLEncoder.encode(series.name(), StandardCharsets.UTF_8);
          for (TrackedPoint p : series.after(-1)) {
            lines.append(name).append(',').append(p.step()).append(',').append(p.value());
            lines.append('\n');
          }
        }
        Path file = file(experiment, cell.id());
        Path written = file.resolveSibling(file.getFileName() + ".part");
        Files.writeString(written, lines);
        Files.move(written, file, StandardCopyOption.REPLACE_EXISTING);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public List<TrackedPoint> shown(TrackedExperiment experiment, String cell) {
    Path file = file(experiment, cell);
    List<TrackedPoint> all = new ArrayList<>();
    try {
      if (Files.exists(file)) {
        for (String line : Files.readAllLines(file)) {
          String[] columns = line.split(",");
          all.add(TrackedPoint.of(Long.parseLong(columns[1]), Double.parseDouble(columns[2])));
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return all;
  }

  /** Folder and cell may have any names; a file may not. */
  private Path file(TrackedExperiment experiment, String cell) {
    String names = experiment.folder() + '\0' + cell;
    return folder.resolve(UUID.nameUUIDFromBytes(names.getBytes(StandardCharsets.UTF_8)) + ".csv");
  }

  @Override
  public void close() {
    // nothing is held between two calls
  }
}
