package io.github.palimpsest.storage;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;

/**
 * Renames that survive a power cut. What is renamed must have been forced to the disk: then there
 * is the old content under the name or the new one, at any moment and after any end of the process
 * or the machine, and once the call has returned it is the new one.
 */
public final class SafeMove {
  private SafeMove() {}

  /** Puts a file, or a folder where none is, under a name of the same file system. */
  public static void replace(Path from, Path to) throws IOException {
    Files.move(from, to, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    force(to.toAbsolutePath().getParent());
  }

  /** Waits until the disk has the names in a folder, where the system can be asked that. */
  public static void force(Path folder) {
    try (FileChannel names = FileChannel.open(folder, StandardOpenOption.READ)) {
      names.force(true);
    } catch (IOException e) {
      return; // a file system that has no such thing writes names as it pleases
    }
  }
}
