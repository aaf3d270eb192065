package io.github.palimpsest.storage;

import io.github.palimpsest.api.PalimpsestException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

/** A folder that appears under its name when it is complete, or not at all. */
public final class NewFolder {
  private NewFolder() {}

  /** Writes the files of a folder. */
  public interface Content {
    /** Writes all of them into an empty folder. */
    void write(Path folder) throws IOException;
  }

  /**
   * Refuses a name that is taken.
   *
   * @param what what the folder is for, for example {@code models}
   * @throws PalimpsestException if there is such a file or folder
   */
  public static void requireAbsent(Path target, String what) {
    if (Files.exists(target)) {
      throw new PalimpsestException(
          target + " already exists; " + what + " are saved to a new folder");
    }
  }

  /**
   * Refuses two new folders of which one would be in the other, or that are the same.
   *
   * @param name what the user calls the first
   * @param other what the user calls the second
   */
  public static void requireApart(String name, Path one, String other, Path two) {
    Path a = one.toAbsolutePath().normalize();
    Path b = two.toAbsolutePath().normalize();
    if (a.startsWith(b) || b.startsWith(a)) {
      throw new PalimpsestException(
          "%s %s and %s %s must be two folders, neither in the other"
              .formatted(name, one, other, two));
    }
  }

  /**
   * Writes a folder next to its name, and moves it there.
   *
   * @param what as in {@link #requireAbsent}
   * @throws PalimpsestException if the folder exists or cannot be written; nothing is left behind
   */
  public static void write(Path target, String what, Content content) {
    Path absolute = target.toAbsolutePath().normalize();
    requireAbsent(target, what);
    Path partial = absolute.resolveSibling("." + absolute.getFileName() + ".partial");
    try {
      Folders.delete(partial);
      Files.createDirectories(partial);
      content.write(partial);
      Files.move(partial, absolute, StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      throw discarding(
          partial, new PalimpsestException(target + ": cannot be written: " + e.getMessage(), e));
    } catch (RuntimeException e) {
      throw discarding(partial, e);
    }
  }

  private static RuntimeException discarding(Path partial, RuntimeException failure) {
    try {
      Folders.delete(partial);
    } catch (IOException e) {
      failure.addSuppressed(e);
    }
    return failure;
  }
}
