package io.github.palimpsest.results.folder;

import io.github.palimpsest.api.PalimpsestException;
import io.github.palimpsest.storage.Folders;
import io.github.palimpsest.storage.OutputException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * The measurements of a probe on a finished cell, in {@code probes/CELL/ID.json} of the output
 * folder. Equal weights, probes and examples give equal bytes.
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
    TreeMap<String, Double> summary = new TreeMap<>(values);
    summary.keySet().removeIf(name -> name.startsWith("z["));
    return summary;
  }

  /** All measurements of an output folder, by cell, probe and set. */
  public static List<ProbeResult> of(Path folder) {
    List<ProbeResult> all = new ArrayList<>();
    Path root = new FolderLayout(folder).probes();
    if (!Files.isDirectory(root)) {
      return all;
    }
    try (Stream<Path> files = Files.walk(root)) {
      for (Path file : files.filter(f -> f.toString().endsWith(".json")).sorted().toList()) {
        all.add(JsonFile.read(file, ProbeResult.class));
      }
    } catch (IOException e) {
      throw new PalimpsestException("'" + root + "' cannot be read: " + e.getMessage(), e);
    }
    return all;
  }

  /** The files of a cell's measurements. */
  public static List<Path> files(Path folder, String cell) {
    return Folders.contentIfThere(new FolderLayout(folder).probes().resolve(cell)).stream()
        .filter(f -> f.toString().endsWith(".json"))
        .sorted()
        .toList();
  }

  public void write(Path file) {
    try {
      Files.createDirectories(file.getParent());
    } catch (IOException e) {
      throw new OutputException(file, e);
    }
    JsonFile.writeSealed(file, this);
  }
}
