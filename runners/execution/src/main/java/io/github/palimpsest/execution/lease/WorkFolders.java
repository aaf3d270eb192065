package io.github.palimpsest.execution.lease;

import io.github.palimpsest.results.folder.FolderLayout;
import io.github.palimpsest.storage.Folders;
import io.github.palimpsest.storage.OutputException;
import io.github.palimpsest.storage.SafeMove;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The folders of unfinished stages: {@code work/ID/}, or {@code work/ID.TOKEN/} after a run took
 * over from one that was silent. The other name keeps the silent run, should it go on, from writing
 * into the folder of its successor: what it writes has no place any more.
 *
 * @param layout the output folder
 */
public record WorkFolders(FolderLayout layout) {
  private static final String PART = ".part";

  /** The folder of a stage, whether it exists or not. */
  public Path of(String stage, Optional<Lease> lease) {
    Path own = layout.work(lease.map(Lease::folder).orElse(stage));
    if (Files.isDirectory(own)) {
      return own;
    }
    boolean takenOver = lease.flatMap(Lease::folderOfSilent).isPresent();
    List<Path> left = takenOver ? List.of() : all(stage);
    return left.isEmpty() ? own : left.get(left.size() - 1);
  }

  /** Moves the folder of a silent run to the name of its successor. */
  public void adopt(Lease lease) {
    if (lease.folderOfSilent().isEmpty()) {
      return;
    }
    Path from = layout.work(lease.folderOfSilent().get());
    Path to = layout.work(lease.folder());
    try {
      if (!Files.isDirectory(from)) {
        return;
      }
      Files.move(from, to, StandardCopyOption.ATOMIC_MOVE);
      for (Path file : Folders.content(to)) {
        detach(file);
      }
    } catch (NoSuchFileException e) {
      return; // its run was awake again and has published it
    } catch (IOException e) {
      throw new OutputException(to, e);
    }
  }

  /**
   * Makes sure that a file which the silent run may have open for writing is not the one under this
   * name. Checkpoints are only ever renamed when they are complete.
   */
  private static void detach(Path file) throws IOException {
    String name = file.getFileName().toString();
    if (name.endsWith(PART)) {
      Files.deleteIfExists(file);
    } else if (!name.endsWith(".checkpoint") && Files.isRegularFile(file)) {
      Path copy = file.resolveSibling(name + PART);
      Files.copy(file, copy, StandardCopyOption.REPLACE_EXISTING);
      SafeMove.replace(copy, file);
    }
  }

  /** Removes all folders of a stage. */
  public void delete(String stage) {
    all(stage).forEach(Folders::deleteQuietly);
  }

  private List<Path> all(String stage) {
    List<Path> all = new ArrayList<>();
    try (DirectoryStream<Path> found = Files.newDirectoryStream(layout.work())) {
      for (Path path : found) {
        String name = path.getFileName().toString();
        boolean own = name.equals(stage) || name.startsWith(stage + ".");
        if (own && !name.endsWith(FolderLayout.LOCK) && Files.isDirectory(path)) {
          all.add(path);
        }
      }
    } catch (NoSuchFileException | NotDirectoryException e) {
      return List.of();
    } catch (IOException e) {
      throw new OutputException(layout.work(), e);
    }
    all.sort(null);
    return all;
  }
}
