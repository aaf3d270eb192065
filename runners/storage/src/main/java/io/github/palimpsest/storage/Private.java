package io.github.palimpsest.storage;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;

/**
 * Folders and files that only the user can access, if the file system supports permissions: state
 * for resuming, and everything that a user wrote into an experiment file or gave as a variable. An
 * existing folder keeps its permissions.
 */
public final class Private {
  private static final Set<PosixFilePermission> FOLDER =
      PosixFilePermissions.fromString("rwx------");
  private static final Set<PosixFilePermission> FILE = PosixFilePermissions.fromString("rw-------");

  private static final String POSIX = "posix";

  private Private() {}

  /** Creates a folder, and its missing parents with the usual permissions. */
  public static void createDirectories(Path folder) throws IOException {
    Path parent = folder.toAbsolutePath().getParent();
    if (Files.isDirectory(folder) || parent == null) {
      return;
    }
    Files.createDirectories(parent);
    // not "createDirectory": another run may create it first
    Files.createDirectories(folder, rights(parent, FOLDER));
  }

  /** The permissions of a new file in a folder. */
  public static FileAttribute<?>[] file(Path folder) throws IOException {
    return rights(folder, FILE);
  }

  /** Removes the permissions of others on a file. */
  public static void restrict(Path file) throws IOException {
    if (knowsRights(file)) {
      Files.setPosixFilePermissions(file, FILE);
    }
  }

  private static FileAttribute<?>[] rights(Path folder, Set<PosixFilePermission> wanted)
      throws IOException {
    return knowsRights(folder)
        ? new FileAttribute<?>[] {PosixFilePermissions.asFileAttribute(wanted)}
        : new FileAttribute<?>[0];
  }

  private static boolean knowsRights(Path path) {
    return Disk.store(path)
        .map(store -> store.supportsFileAttributeView(POSIX))
        .orElseGet(() -> path.getFileSystem().supportedFileAttributeViews().contains(POSIX));
  }
}
