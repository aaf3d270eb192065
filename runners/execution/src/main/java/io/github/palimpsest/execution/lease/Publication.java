package io.github.palimpsest.execution.lease;

import io.github.palimpsest.storage.Folders;
import io.github.palimpsest.storage.SafeMove;
import java.io.IOException;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.function.Predicate;

/**
 * Makes a folder of finished work appear under its name. A complete one that is there is never
 * replaced: the renaming of a folder to a name whose folder has files fails, on all file systems.
 */
public final class Publication {
  private static final int ATTEMPTS = 20;

  private Publication() {}

  /**
   * Publishes a folder, unless the lease is lost or a complete one is there.
   *
   * @param from the folder, which only the holder of the lease writes to
   * @param to its name
   * @param complete whether a folder with that name shall stay; an incomplete one is replaced
   * @param lease the lease on it
   * @return whether it appeared; if not, it is still {@code from}
   * @throws IOException if it cannot be renamed
   */
  public static boolean publish(Path from, Path to, Predicate<Path> complete, Lease lease)
      throws IOException {
    IOException last = new IOException("another run replaces it again and again");
    for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
      if (complete.test(to) || !lease.held()) {
        return false;
      }
      try {
        Files.move(from, to, StandardCopyOption.ATOMIC_MOVE);
        SafeMove.force(to.toAbsolutePath().getParent());
        return true;
      } catch (NoSuchFileException | AtomicMoveNotSupportedException e) {
        throw e;
      } catch (FileSystemException e) {
        if (!Files.exists(to)) {
          throw e;
        }
        last = e;
        setAside(to, complete, lease);
      }
    }
    throw last;
  }

  /** Removes an incomplete folder; one that has been completed since goes back. */
  private static void setAside(Path to, Predicate<Path> complete, Lease lease) throws IOException {
    Path aside = to.resolveSibling("." + to.getFileName() + "." + lease.token() + ".aside.part");
    try {
      Files.move(to, aside, StandardCopyOption.ATOMIC_MOVE);
    } catch (NoSuchFileException e) {
      return;
    }
    if (complete.test(aside)) {
      Files.move(aside, to, StandardCopyOption.ATOMIC_MOVE);
    } else {
      Folders.delete(aside);
    }
  }
}
