package io.github.palimpsest.storage;

import io.github.palimpsest.api.PalimpsestException;
import java.nio.file.Path;

/** A file whose content is not the one that was written. The content can be computed again. */
public final class DamagedFileException extends PalimpsestException {
  private static final long serialVersionUID = 1L;

  private final transient Path file;

  /**
   * Reports damage.
   *
   * @param file the damaged file
   * @param how the kind of damage, for the message, which names the file first
   */
  public DamagedFileException(Path file, String how) {
    super("'" + file + "' is damaged: " + how);
    this.file = file;
  }

  /** The damaged file. */
  public Path file() {
    return file;
  }
}
