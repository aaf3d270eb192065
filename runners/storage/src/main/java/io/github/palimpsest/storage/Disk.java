package io.github.palimpsest.storage;

import java.io.IOException;
import java.nio.file.FileStore;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * What the system says of the disk of a file. It knows no store where the root is no mount point,
 * as after a plain chroot.
 */
public final class Disk {
  private Disk() {}

  /** The store of an existing file, if it is known. */
  public static Optional<FileStore> store(Path path) {
    try {
      return Optional.of(Files.getFileStore(path));
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  /**
   * The bytes that this process may still write next to an existing file.
   *
   * @throws IOException if they are unknown
   */
  public static long usableBytes(Path path) throws IOException {
    try {
      return Files.getFileStore(path).getUsableSpace();
    } catch (IOException e) {
      if (path.getFileSystem().equals(FileSystems.getDefault())) {
        return path.toFile().getUsableSpace();
      }
      throw e;
    }
  }
}
