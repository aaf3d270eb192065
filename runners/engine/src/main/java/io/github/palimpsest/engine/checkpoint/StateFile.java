package io.github.palimpsest.engine.checkpoint;

import io.github.palimpsest.engine.TaskLoop;
import io.github.palimpsest.storage.DamagedFileException;
import io.github.palimpsest.storage.SafeMove;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.zip.CRC32C;

/**
 * The state after a task as a file: a checkpoint, which ends in the CRC-32C of all bytes before.
 */
public final class StateFile {
  /** The name of the file in a {@link TaskLoop}'s folder. */
  public static final String NAME = "task.checkpoint";

  private static final int CHUNK = 1 << 18;

  private StateFile() {}

  /**
   * Reads a whole checkpoint and compares its checksum.
   *
   * @throws DamagedFileException if it differs, or the file is too short to have one
   * @throws IOException if the file cannot be read
   */
  public static void requireWhole(Path file) throws IOException {
    pass(file, bytes -> {});
  }

  /**
   * Copies a checkpoint to a file that appears under its name when its whole content is on the
   * disk.
   *
   * @throws DamagedFileException if its checksum differs; then there is no copy
   * @throws IOException if it cannot be read or written
   */
  public static void copy(Path from, Path to) throws IOException {
    Path part = to.resolveSibling(to.getFileName() + ".part");
    try (FileChannel out =
        FileChannel.open(
            part,
            StandardOpenOption.CREATE,
            StandardOpenOption.TRUNCATE_EXISTING,
            StandardOpenOption.WRITE)) {
      pass(
          from,
          bytes -> {
            while (bytes.hasRemaining()) {
              out.write(bytes);
            }
          });
      out.force(true);
    }
    SafeMove.rename(part, to);
  }

  /** Receives a file's bytes in order. */
  @FunctionalInterface
  private interface Bytes {
    void take(ByteBuffer bytes) throws IOException;
  }

  private static void pass(Path file, Bytes taken) throws IOException {
    long body = Files.size(file) - Long.BYTES;
    CRC32C sum = new CRC32C();
    byte[] chunk = new byte[CHUNK];
    try (InputStream in = Files.newInputStream(file)) {
      for (long left = body; left > 0; ) {
        int n = in.readNBytes(chunk, 0, (int) Math.min(CHUNK, left));
        if (n == 0) { // the file was cut while it was read
          throw different(file);
        }
        sum.update(chunk, 0, n);
        taken.take(ByteBuffer.wrap(chunk, 0, n));
        left -= n;
      }
      byte[] end = in.readNBytes(Long.BYTES);
      if (body < 0 || end.length < Long.BYTES || ByteBuffer.wrap(end).getLong() != sum.getValue()) {
        throw different(file);
      }
      taken.take(ByteBuffer.wrap(end));
    }
  }

  private static DamagedFileException different(Path file) {
    return new DamagedFileException(file, "its checksum differs, or it is truncated");
  }
}
