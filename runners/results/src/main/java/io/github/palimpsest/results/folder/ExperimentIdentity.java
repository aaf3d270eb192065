package io.github.palimpsest.results.folder;

import java.nio.file.Files;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The content of {@code experiment.json}: the values that all cells of an output folder share.
 *
 * @param name the experiment's name
 * @param sha256 the hash of the shared values
 * @param shared all values that determine results and are the same for every cell, by name
 * @param operationThreads the number of threads that shared an operation in the runs so far, which
 *     decides the last digits; null before the first run
 */
public record ExperimentIdentity(
    String name, String sha256, Map<String, String> shared, @Nullable Integer operationThreads) {
  /** Copies the map. */
  public ExperimentIdentity {
    shared = JsonFile.map(shared);
  }

  /** Reads the file; empty if the folder has none yet. */
  public static Optional<ExperimentIdentity> of(FolderLayout folder) {
    return Files.isRegularFile(folder.experiment())
        ? Optional.of(JsonFile.read(folder.experiment(), ExperimentIdentity.class))
        : Optional.empty();
  }

  /** The shared value of a name; empty if there is none. */
  public String value(String name) {
    return shared.getOrDefault(name, "");
  }
}
