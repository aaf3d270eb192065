package io.github.palimpsest.execution.remote;

import io.github.palimpsest.results.folder.FolderLayout;
import io.github.palimpsest.results.folder.LossLog;
import io.github.palimpsest.storage.Folders;
import io.github.palimpsest.storage.NewFile;
import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.Deflater;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import java.util.zip.ZipOutputStream;

/**
 * The checkpoints of an unfinished stage in one file, so that they change together. Whatever moment
 * they are from, training continues from them to the same results.
 */
final class CheckpointArchive {
  private static final String CHECKPOINT = ".checkpoint";

  private CheckpointArchive() {}

  /**
   * Writes the present checkpoints of a work folder, while the training goes on in it. The state of
   * the stage before is left out: it is in the folder of that stage.
   *
   * @return whether there are any
   */
  static boolean write(Path work, Path archive) throws IOException {
    Path fixed = Files.createDirectories(NewFile.part(archive));
    try {
      // checkpoints first: their rows of losses are on the disk before them
      List<Path> checkpoints = new ArrayList<>();
      for (Path file : Folders.contentIfThere(work)) {
        String name = file.getFileName().toString();
        if (name.endsWith(CHECKPOINT) && !name.equals(FolderLayout.STATE) && keep(file, fixed)) {
          checkpoints.add(fixed.resolve(name));
        }
      }
      if (checkpoints.isEmpty()) {
        return false;
      }
      for (String name : List.of(FolderLayout.POINTS, LossLog.FILE, LossLog.SUMS)) {
        copy(work.resolve(name), fixed.resolve(name));
      }
      try (ZipOutputStream out =
          new ZipOutputStream(new BufferedOutputStream(Files.newOutputStream(archive)))) {
        out.setLevel(Deflater.NO_COMPRESSION); // weights are noise
        for (Path file : Folders.content(fixed)) {
          out.putNextEntry(new ZipEntry(file.getFileName().toString()));
          Files.copy(file, out);
          out.closeEntry();
        }
      }
      return true;
    } finally {
      Folders.deleteQuietly(fixed);
    }
  }

  /** Gives a checkpoint a second name: it is only ever replaced by renaming another one. */
  private static boolean keep(Path file, Path folder) throws IOException {
    try {
      Files.createLink(folder.resolve(file.getFileName()), file);
      return true;
    } catch (NoSuchFileException e) {
      return false; // it is not needed any more
    } catch (UnsupportedOperationException e) {
      return copy(file, folder.resolve(file.getFileName()));
    }
  }

  private static boolean copy(Path from, Path to) throws IOException {
    try {
      Files.copy(from, to);
      return true;
    } catch (NoSuchFileException e) {
      return false;
    }
  }

  /**
   * Puts the checkpoints of an archive into a work folder.
   *
   * @throws IOException if the archive is damaged or cannot be read
   */
  static void read(Path archive, Path work) throws IOException {
    Path part = Files.createDirectories(NewFile.part(work));
    try (ZipInputStream in =
        new ZipInputStream(new BufferedInputStream(Files.newInputStream(archive)))) {
      for (ZipEntry entry = in.getNextEntry(); entry != null; entry = in.getNextEntry()) {
        Path file = part.resolve(entry.getName()).normalize();
        if (!part.equals(file.getParent())) {
          throw new IOException("an entry of the checkpoints is named '" + entry.getName() + "'");
        }
        Files.copy(in, file);
      }
      Files.move(part, work);
    } finally {
      Folders.deleteQuietly(part);
    }
  }
}
