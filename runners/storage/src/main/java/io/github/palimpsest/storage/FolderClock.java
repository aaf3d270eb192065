package io.github.palimpsest.storage;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Optional;

/**
 * The clock of a folder: that of the machine that stores it, which stamps the files that all
 * machines write there. Times of files of the folder can be compared with it, and with no other.
 */
public final class FolderClock {
  private FolderClock() {}

  /**
   * The time of a file that is written now. Times that are read after this call are at least as new
   * as its own: on NFS, a new file makes the folder's remembered content invalid.
   *
   * @return empty if the folder does not exist or this process may not write to it
   */
  public static Optional<Instant> now(Path folder) {
    Path file = NewFile.part(folder.resolve("clock"));
    try {
      Files.write(file, new byte[1]);
      return Optional.of(Files.getLastModifiedTime(file).toInstant());
    } catch (IOException e) {
      return Optional.empty();
    } finally {
      Folders.deleteQuietly(file);
    }
  }
}
