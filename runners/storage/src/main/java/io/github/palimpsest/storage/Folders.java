package io.github.palimpsest.storage;

import io.github.palimpsest.api.PalimpsestException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/** What is in folders, and removing them. */
public final class Folders {
  private Folders() {}

  /** Removes a file, or a folder with its contents; a missing one is no failure. */
  public static void delete(Path path) throws IOException {
    if (!Files.exists(path)) {
      return;
    }
    List<Path> all;
    try (Stream<Path> walk = Files.walk(path)) {
      all = walk.sorted(Comparator.reverseOrder()).toList();
    }
    for (Path p : all) {
      Files.deleteIfExists(p);
    }
  }

  /**
   * Removes the remains of a failure, as far as possible. The caller must report the original
   * failure, not a failure of this clean-up.
   *
   * @return whether nothing is left
   */
  public static boolean deleteQuietly(Path path) {
    try {
      delete(path);
      return true;
    } catch (IOException e) {
      return false;
    }
  }

  /**
   * The contents of a folder.
   *
   * @throws OutputException if it cannot be read
   */
  public static List<Path> content(Path folder) {
    try (Stream<Path> all = Files.list(folder)) {
      return all.toList();
    } catch (IOException e) {
      throw new OutputException(folder, e);
    }
  }

  /** The contents of a folder; empty if the folder does not exist. */
  public static List<Path> contentIfThere(Path folder) {
    return Files.isDirectory(folder) ? content(folder) : List.of();
  }

  /** The bytes of a file, or of all in a folder; what cannot be looked at has none. */
  public static long bytes(Path path) {
    try (Stream<Path> all = Files.walk(path)) {
      return all.mapToLong(Folders::size).sum();
    } catch (IOException | UncheckedIOException e) {
      return 0;
    }
  }

  private static long size(Path file) {
    try {
      return Files.isRegularFile(file) ? Files.size(file) : 0;
    } catch (IOException e) {
      return 0; // it is gone since
    }
  }

  /** The number of folders of cells. */
  public static int count(Path cells) {
    try (Stream<Path> all = Files.list(cells)) {
      return (int) all.filter(p -> !p.getFileName().toString().startsWith(".")).count();
    } catch (IOException e) {
      throw new PalimpsestException("'" + cells + "' cannot be read: " + IoReason.of(e), e);
    }
  }
}
