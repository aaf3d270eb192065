package io.github.palimpsest.results.folder;

import io.github.palimpsest.api.PalimpsestException;
import io.github.palimpsest.storage.Folders;
import io.github.palimpsest.storage.IoReason;
import io.github.palimpsest.storage.OutputException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;

/** The files of probes' measurements, each in the folder of what was measured. */
final class ProbeFiles {
  private static final String ENDING = ".json";

  private ProbeFiles() {}

  /** All measurements below a folder, by path; none if there is no such folder. */
  static <T> List<T> all(Path root, Class<T> type) {
    List<T> all = new ArrayList<>();
    if (!Files.isDirectory(root)) {
      return all;
    }
    try (Stream<Path> files = Files.walk(root)) {
      for (Path file : files.filter(f -> f.toString().endsWith(ENDING)).sorted().toList()) {
        all.add(JsonFile.read(file, type));
      }
    } catch (IOException e) {
      throw new PalimpsestException("'" + root + "' cannot be read: " + IoReason.of(e), e);
    }
    return all;
  }

  /** The files in a folder; none if there is no such folder. */
  static List<Path> in(Path folder) {
    return Folders.contentIfThere(folder).stream()
        .filter(f -> f.toString().endsWith(ENDING))
        .sorted()
        .toList();
  }

  static void write(Path file, Object measurement) {
    try {
      Files.createDirectories(file.getParent());
    } catch (IOException e) {
      throw new OutputException(file, e);
    }
    JsonFile.writeSealed(file, measurement);
  }

  /** Values without the points of a landscape. */
  static SortedMap<String, Double> summary(SortedMap<String, Double> values) {
    TreeMap<String, Double> summary = new TreeMap<>(values);
    summary.keySet().removeIf(name -> name.startsWith("z["));
    return summary;
  }
}
