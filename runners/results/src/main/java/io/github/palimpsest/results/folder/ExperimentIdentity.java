package io.github.palimpsest.results.folder;

import java.nio.file.Files;
import java.util.Map;
import java.util.Optional;

/**
 * The content of {@code experiment.json}: what all cells of an output folder share.
 *
 * @param name the experiment's name
 * @param sha256 the hash of what is shared
 * @param shared all that determines results and is the same for every cell, by name
 */
public record ExperimentIdentity(String name, String sha256, Map<String, String> shared) {
  /** Copies the map. */
  public ExperimentIdentity {
    shared = JsonFile.map(shared);
  }

  /** Reads it; empty if the folder has none yet. */
  public static Optional<ExperimentIdentity> of(FolderLayout folder) {
    return Files.isRegularFile(folder.experiment())
        ? Optional.of(JsonFile.read(folder.experiment(), ExperimentIdentity.class))
        : Optional.empty();
  }

  /** What is shared under a name; empty if nothing. */
  public String value(String name) {
    return shared.getOrDefault(name, "");
  }
}
