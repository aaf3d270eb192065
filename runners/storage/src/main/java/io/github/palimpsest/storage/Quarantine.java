package io.github.palimpsest.storage;

import java.io.IOException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The place for damaged parts of a folder, where they can be examined and disturb nothing: {@code
 * damaged/stages-ID}, {@code damaged/scores-ID.json}. If the name exists already, {@code .2} and so
 * on is appended.
 */
public final class Quarantine {
  /** The name of the folder. */
  public static final String FOLDER = "damaged";

  private final Path root;

  /** The quarantine of an output folder. */
  public Quarantine(Path root) {
    this.root = root;
  }

  /**
   * Moves a file or folder away.
   *
   * @param unit something within the output folder
   * @return its new place; empty if it no longer exists
   */
  public Optional<Path> take(Path unit) throws IOException {
    Path all = Files.createDirectories(root.resolve(FOLDER));
    for (int number = 1; ; number++) {
      Path to = all.resolve(name(unit) + (number == 1 ? "" : "." + number));
      if (Files.exists(to)) {
        continue;
      }
      try {
        Files.move(unit, to, StandardCopyOption.ATOMIC_MOVE);
        SafeMove.force(all);
        return Optional.of(to);
      } catch (DirectoryNotEmptyException | FileAlreadyExistsException e) {
        continue; // another run has just moved a unit with this name
      } catch (NoSuchFileException e) {
        return Optional.empty();
      }
    }
  }

  /** Whether a part with this name was ever moved away. */
  public boolean has(Path unit) {
    return Files.exists(root.resolve(FOLDER).resolve(name(unit)));
  }

  private String name(Path unit) {
    return root.relativize(unit).toString().replace(unit.getFileSystem().getSeparator(), "-");
  }

  /** The damaged parts; empty if nothing was ever damaged. */
  public List<Path> content() throws IOException {
    Path all = root.resolve(FOLDER);
    if (!Files.isDirectory(all)) {
      return List.of();
    }
    try (Stream<Path> content = Files.list(all)) {
      return content.sorted().toList();
    }
  }
}
