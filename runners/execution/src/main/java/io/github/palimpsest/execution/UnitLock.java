package io.github.palimpsest.execution;

import io.github.palimpsest.storage.OutputException;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The right to work on one unit of an experiment. The operating system releases it when the process
 * dies for any reason, so nothing stays locked.
 */
public final class UnitLock implements AutoCloseable {
  private static final int ATTEMPTS = 20;

  private final FileChannel file;
  private final FileLock lock;

  private UnitLock(FileChannel file, FileLock lock) {
    this.file = file;
    this.lock = lock;
  }

  /**
   * Takes the lock.
   *
   * @return empty if another process or run has it
   * @throws OutputException if the lock file cannot be written
   */
  public static Optional<UnitLock> take(Path path) {
    IOException swept = new IOException("another run removes it again and again");
    for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
      try {
        Files.createDirectories(path.getParent());
        FileChannel file =
            FileChannel.open(path, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        FileLock lock = tryLock(file);
        if (lock == null) {
          file.close();
          return Optional.empty();
        }
        if (Files.exists(path)) {
          return Optional.of(new UnitLock(file, lock));
        }
        file.close(); // a run that ended removed the file: its lock would exclude no other run
      } catch (NoSuchFileException | FileAlreadyExistsException e) {
        swept = e; // it removed the folder
      } catch (IOException e) {
        throw new OutputException(path, e);
      }
    }
    throw new OutputException(path, swept);
  }

  private static @Nullable FileLock tryLock(FileChannel file) throws IOException {
    try {
      return file.tryLock();
    } catch (OverlappingFileLockException e) {
      return null; // another run in this process
    }
  }

  @Override
  public void close() {
    try {
      lock.release();
      file.close();
    } catch (IOException e) {
      throw new IllegalStateException("a lock could not be released", e);
    }
  }
}
