package io.github.palimpsest.storage;

import static java.nio.file.StandardOpenOption.CREATE;
import static java.nio.file.StandardOpenOption.CREATE_NEW;
import static java.nio.file.StandardOpenOption.TRUNCATE_EXISTING;
import static java.nio.file.StandardOpenOption.WRITE;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.util.Set;
import java.util.UUID;

/**
 * Files that are written once. Of several processes that write one, on any machine that sees the
 * folder, one succeeds: the content is written under another name, and a hard link to it fails if
 * its name exists. This also holds on NFS.
 */
public final class NewFile {
  /** Process numbers are not enough: several machines may write to one folder. */
  private static final String PROCESS = UUID.randomUUID().toString().substring(0, 8);

  private NewFile() {}

  /** What to do on a file system without hard links. */
  public enum Otherwise {
    /** Create the file under its name; it may be seen before it is complete. */
    CREATE,
    /** Rename the complete file; a file that another process wrote at this moment is replaced. */
    RENAME
  }

  /** The temporary name of a file that this thread is about to write. */
  public static Path part(Path file) {
    String owner = PROCESS + "-" + Thread.currentThread().getId();
    return file.resolveSibling("." + file.getFileName() + "." + owner + ".part");
  }

  /**
   * Writes a file unless it exists.
   *
   * @param synced whether to wait for the disk
   * @return whether this call wrote it
   * @throws OutputException if it cannot be written
   */
  public static boolean write(Path file, byte[] bytes, boolean synced, Otherwise otherwise) {
    if (Files.exists(file)) {
      return false;
    }
    Path part = part(file);
    try {
      write(part, bytes, synced, Set.of(CREATE, TRUNCATE_EXISTING, WRITE));
      if (!linked(file, part, bytes, synced, otherwise)) {
        return false;
      }
      if (synced) {
        SafeMove.force(file.toAbsolutePath().getParent());
      }
      return true;
    } catch (IOException e) {
      throw new OutputException(file, e);
    } finally {
      Folders.deleteQuietly(part);
    }
  }

  private static boolean linked(
      Path file, Path part, byte[] bytes, boolean synced, Otherwise otherwise) throws IOException {
    try {
      Files.createLink(file, part);
      return true;
    } catch (FileAlreadyExistsException e) {
      return false;
    } catch (UnsupportedOperationException | FileSystemException e) {
      if (otherwise == Otherwise.RENAME) {
        SafeMove.replace(part, file);
        return true;
      }
    }
    try {
      write(file, bytes, synced, Set.of(CREATE_NEW, WRITE));
      return true;
    } catch (FileAlreadyExistsException e) {
      return false;
    }
  }

  /** Writes all bytes to a file. */
  public static void write(Path file, byte[] text, boolean synced, Set<OpenOption> how)
      throws IOException {
    try (FileChannel channel = FileChannel.open(file, how)) {
      ByteBuffer bytes = ByteBuffer.wrap(text);
      while (bytes.hasRemaining()) {
        channel.write(bytes);
      }
      if (synced) {
        channel.force(true);
      }
    }
  }
}
