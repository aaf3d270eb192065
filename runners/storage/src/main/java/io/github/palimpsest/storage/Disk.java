package io.github.palimpsest.storage;

import java.io.IOException;
import java.nio.file.FileStore;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalLong;

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

  /** The bytes that this process may still write next to an existing file, if they are known. */
  public static OptionalLong usableBytes(Path path) {
    try {
      return OptionalLong.of(Files.getFileStore(path).getUsableSpace());
    } catch (IOException e) {
      return path.getFileSystem().equals(FileSystems.getDefault())
          ? OptionalLong.of(path.toFile().getUsableSpace())
          : OptionalLong.empty();
    }
  }
}
