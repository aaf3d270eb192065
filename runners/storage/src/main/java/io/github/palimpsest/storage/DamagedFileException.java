package io.github.palimpsest.storage;

import io.github.palimpsest.api.PalimpsestException;
import java.nio.file.Path;

/** A file of ours that does not hold what was written to it. What it held can be computed again. */
public final class DamagedFileException extends PalimpsestException {
  private static final long serialVersionUID = 1L;

  private final transient Path file;

  /**
   * Damage.
   *
   * @param file what is damaged
   * @param how in what way, for people; the message names the file before it
   */
  public DamagedFileException(Path file, String how) {
    super("'" + file + "' is damaged: " + how);
    this.file = file;
  }

  /** What is damaged. */
  public Path file() {
    return file;
  }
}
