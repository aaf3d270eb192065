package io.github.palimpsest.engine.checkpoint;

import io.github.palimpsest.api.PalimpsestException;
import io.github.palimpsest.storage.DamagedFileException;
import io.github.palimpsest.storage.IoReason;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A named checkpoint of one run; it contains the run's seed.
 *
 * @param folder the folder for it, or null for no checkpoints
 * @param name of the file
 * @param seed of the run
 */
public record CheckpointFile(@Nullable Path folder, String name, long seed) {
  private static final String SEED = "seed";

  public boolean kept() {
    return folder != null;
  }

  /**
   * @return empty if there is none
   * @throws DamagedFileException if it is damaged
   * @throws PalimpsestException if it cannot be read or belongs to a run with another seed
   */
  public Optional<Checkpoint> read() {
    if (folder == null || !Files.exists(folder.resolve(name))) {
      return Optional.empty();
    }
    Checkpoint c = Checkpoint.read(folder.resolve(name));
    if (c.number(SEED) != seed) {
      throw new PalimpsestException(
          "checkpoint '"
              + folder.resolve(name)
              + "' belongs to a run with seed "
              + c.number(SEED)
              + ", not "
              + seed);
    }
    return Optional.of(c);
  }

  /** Does nothing without a folder. */
  public void write(Checkpoint checkpoint) {
    if (folder != null) {
      checkpoint.numbers().put(SEED, seed);
      checkpoint.write(folder.resolve(name));
    }
  }

  public void delete() {
    if (folder == null) {
      return;
    }
    try {
      Files.deleteIfExists(folder.resolve(name));
    } catch (IOException e) {
      throw new PalimpsestException(
          "checkpoint '" + folder.resolve(name) + "' cannot be removed: " + IoReason.of(e), e);
    }
  }
}
