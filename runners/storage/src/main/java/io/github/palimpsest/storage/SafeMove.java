package io.github.palimpsest.storage;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;

/**
 * Renames that survive a power cut. The renamed file must have been forced to the disk. Then the
 * name always has either the old or the new content, even if the process or the machine ends at any
 * moment. When the call has returned, it has the new content.
 */
public final class SafeMove {
  private SafeMove() {}

  /** Moves a file to a name on the same file system, or a folder to an unused name. */
  public static void replace(Path from, Path to) throws IOException {
    rename(from, to);
    force(to.toAbsolutePath().getParent());
  }

  /**
   * Moves a file without waiting for the disk: after a power cut the name may have its old content
   * again, until {@link #force} or {@link #replace} is called for the folder. For unfinished work,
   * which then continues from an earlier state.
   */
  public static void rename(Path from, Path to) throws IOException {
    Files.move(from, to, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
  }

  /** Waits until the names in a folder are on the disk, if the system supports this. */
  public static void force(Path folder) {
    try (FileChannel names = FileChannel.open(folder, StandardOpenOption.READ)) {
      names.force(true);
    } catch (IOException e) {
      return; // this file system writes names when it chooses
    }
  }
}
