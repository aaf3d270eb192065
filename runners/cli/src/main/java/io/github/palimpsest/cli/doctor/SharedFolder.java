package io.github.palimpsest.cli.doctor;

import io.github.palimpsest.api.PalimpsestException;
import io.github.palimpsest.storage.Disk;
import io.github.palimpsest.storage.Folders;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;

/**
 * Whether workers can share a folder: leases are hard links, and results appear by one rename.
 *
 * @param type the type of the file system
 * @param freeBytes its free space
 * @param problems what does not work there; empty if workers can share the folder
 */
public record SharedFolder(String type, long freeBytes, List<String> problems) {
  /** Copies the list. */
  public SharedFolder {
    problems = List.copyOf(problems);
  }

  /**
   * Tries a folder with two small files, which are removed again.
   *
   * @throws PalimpsestException if it is no folder that can be written
   */
  public static SharedFolder of(Path folder) {
    if (!Files.isDirectory(folder)) {
      throw new PalimpsestException("'" + folder + "' is not a folder");
    }
    Path own = null;
    try {
      own = Files.createTempDirectory(folder, ".doctor");
      List<String> problems = new ArrayList<>();
      links(own, problems);
      renames(own, problems);
      String type = Disk.store(folder).map(FileStore::type).orElse("unknown");
      return new SharedFolder(type, Disk.usableBytes(folder).orElseThrow(), problems);
    } catch (IOException e) {
      throw new PalimpsestException(
          "'" + folder + "' cannot be used: " + e.getClass().getSimpleName() + " " + e.getMessage(),
          e);
    } finally {
      if (own != null) {
        Folders.deleteQuietly(own);
      }
    }
  }

  private static void links(Path own, List<String> problems) throws IOException {
    Path file = Files.writeString(own.resolve("a"), "a", StandardOpenOption.CREATE_NEW);
    Path link = own.resolve("b");
    try {
      Files.createLink(link, file);
    } catch (IOException | UnsupportedOperationException e) {
      problems.add("no hard links: two workers may train one stage; use another file system");
      return;
    }
    try {
      Files.createLink(link, file);
      problems.add("a hard link replaces a file: two workers may hold one lease; use another one");
    } catch (FileAlreadyExistsException e) {
      return; // as it should be
    }
  }

  private static void renames(Path own, List<String> problems) throws IOException {
    Path from = Files.createDirectory(own.resolve("from"));
    Files.writeString(from.resolve("x"), "x");
    Path to = Files.createDirectory(own.resolve("to"));
    Files.writeString(to.resolve("y"), "y");
    try {
      Files.move(from, to, StandardCopyOption.ATOMIC_MOVE);
      problems.add("a rename replaces a folder with files: results could be lost; use another one");
    } catch (IOException e) {
      Path free = own.resolve("free");
      try {
        Files.move(from, free, StandardCopyOption.ATOMIC_MOVE);
      } catch (IOException x) {
        problems.add("folders cannot be renamed at once: results could be half-written");
      }
    }
  }
}
