package io.github.palimpsest.storage;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;

/**
 * Folders and files with the user's rights alone, where the file system knows rights: state to go
 * on from, and whatever a user wrote into an experiment file or gave as a variable. A folder that
 * is there already keeps the rights that its owner gave it.
 */
public final class Private {
  private static final Set<PosixFilePermission> FOLDER =
      PosixFilePermissions.fromString("rwx------");
  private static final Set<PosixFilePermission> FILE = PosixFilePermissions.fromString("rw-------");

  private Private() {}

  /** Makes a folder, and with the usual rights those that it is in. */
  public static void createDirectories(Path folder) throws IOException {
    Path parent = folder.toAbsolutePath().getParent();
    if (Files.isDirectory(folder) || parent == null) {
      return;
    }
    Files.createDirectories(parent);
    // not "createDirectory": another run may be quicker
    Files.createDirectories(folder, rights(parent, FOLDER));
  }

  /** The rights of a new file in a folder. */
  public static FileAttribute<?>[] file(Path folder) throws IOException {
    return rights(folder, FILE);
  }

  /** Takes the rights of others to a file. */
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

  private static boolean knowsRights(Path path) throws IOException {
    return Files.getFileStore(path).supportsFileAttributeView("posix");
  }
}
