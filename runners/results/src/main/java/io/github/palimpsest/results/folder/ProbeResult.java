package io.github.palimpsest.results.folder;

import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The measurements of a probe at the final weights of a finished cell, which describe them and
 * predict nothing, in {@code probes/CELL/ID.json} of the output folder. Equal weights, probes and
 * examples give equal bytes.
 *
 * @param cell the cell's id
 * @param probe the probe without its defaults
 * @param on the task or evaluation set whose examples gave the loss
 * @param examples the number of these examples
 * @param values the measured numbers by name
 */
public record ProbeResult(
    String cell, String probe, String on, int examples, SortedMap<String, Double> values) {
  /** Copies the values, and requires the texts. */
  public ProbeResult {
    JsonFile.required(cell, "cell");
    JsonFile.required(probe, "probe");
    JsonFile.required(on, "on");
    values =
        values == null
            ? Collections.emptySortedMap()
            : Collections.unmodifiableSortedMap(new TreeMap<>(values));
  }

  /** The values without the points of a landscape, since they are too many for a list. */
  public SortedMap<String, Double> summary() {
    return ProbeFiles.summary(values);
  }

  /** All measurements of an output folder, by cell, probe and set. */
  public static List<ProbeResult> of(Path folder) {
    return ProbeFiles.all(new FolderLayout(folder).probes(), ProbeResult.class);
  }

  /** The files of a cell's measurements. */
  public static List<Path> files(Path folder, String cell) {
    return ProbeFiles.in(new FolderLayout(folder).probes().resolve(cell));
  }

  public void write(Path file) {
    ProbeFiles.write(file, this);
  }
}
