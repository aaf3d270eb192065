package io.github.palimpsest.ablation;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The right to work on one unit of an experiment. The system takes it back when its process dies,
 * however it dies, so nothing is left locked.
 */
final class UnitLock {
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
  static Optional<UnitLock> take(Path path) {
    try {
      Files.createDirectories(path.getParent());
      FileChannel file =
          FileChannel.open(path, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
      FileLock lock = tryLock(file);
      if (lock == null) {
        file.close();
        return Optional.empty();
      }
      return Optional.of(new UnitLock(file, lock));
    } catch (IOException e) {
      throw new OutputException(path, e);
    }
  }

  private static @Nullable FileLock tryLock(FileChannel file) throws IOException {
    try {
      return file.tryLock();
    } catch (OverlappingFileLockException e) {
      return null; // another run in this process
    }
  }

  void close() {
    try {
      lock.release();
      file.close();
    } catch (IOException e) {
      throw new IllegalStateException("a lock could not be released", e);
    }
  }
}
