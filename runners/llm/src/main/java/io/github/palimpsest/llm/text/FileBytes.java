package io.github.palimpsest.llm.text;

import io.github.palimpsest.api.PalimpsestException;
import io.github.palimpsest.storage.IoReason;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.Locale;
import java.util.zip.GZIPInputStream;
import org.jspecify.annotations.Nullable;

/**
 * Bytes that can be read again at any place. The bytes of a small file are in memory. The bytes of
 * a large file stay in that file. The bytes of a large packed file, and many appended bytes, are in
 * a temporary file without a name. Memory is bounded for any number of bytes.
 */
final class FileBytes {
  /** The most bytes in memory. */
  static final int SMALL = 4 << 20;

  private static final int BUFFER = 1 << 16;

  private final Path file;
  private byte[] small = new byte[0];
  private int used;
  private @Nullable FileChannel large;
  private long size;

  private FileBytes(Path file) {
    this.file = file;
  }

  /** No bytes, to which bytes can be appended; the file is for messages. */
  static FileBytes empty(Path file) {
    return new FileBytes(file);
  }

  /** The bytes of a file, without unpacking. */
  private static FileBytes plain(Path file) throws IOException {
    FileBytes bytes = new FileBytes(file);
    if (Files.isRegularFile(file) && Files.size(file) > SMALL) {
      bytes.large = FileChannel.open(file, StandardOpenOption.READ);
      bytes.size = Files.size(file);
      return bytes;
    }
    try (InputStream in = Files.newInputStream(file)) {
      byte[] part = new byte[BUFFER];
      for (int count = in.read(part); count >= 0; count = in.read(part)) {
        bytes.append(part, 0, count);
      }
    }
    return bytes;
  }

  /**
   * Opens a file, and unpacks {@code .gz}.
   *
   * @throws PalimpsestException if it cannot be read
   */
  static FileBytes of(Path file) {
    try {
      return packed(file) ? new FileBytes(file) : plain(file);
    } catch (IOException e) {
      throw unreadable(file, e);
    }
  }

  private static boolean packed(Path file) {
    return file.toString().toLowerCase(Locale.ROOT).endsWith(".gz");
  }

  /**
   * All bytes from the first. Call this only once for a packed file; the bytes that it read can
   * then be read again.
   */
  InputStream stream() throws IOException {
    if (!packed(file) || size > 0) {
      return new BufferedInputStream(new Stored(), BUFFER);
    }
    InputStream in = new GZIPInputStream(Files.newInputStream(file), BUFFER);
    return new BufferedInputStream(new Kept(in), BUFFER);
  }

  /** The first bytes of a file, unpacked, to detect its kind. */
  static InputStream beginning(Path file) throws IOException {
    InputStream in = Files.newInputStream(file);
    return new BufferedInputStream(packed(file) ? new GZIPInputStream(in) : in);
  }

  /** The number of bytes; for a packed file, the number of bytes read so far. */
  long size() {
    return size;
  }

  void append(byte[] more) throws IOException {
    append(more, 0, more.length);
  }

  private void append(byte[] from, int start, int length) throws IOException {
    if (large == null && size + length > SMALL && size > 0) {
      Path place = Files.createTempFile("palimpsest-data", null);
      FileChannel channel =
          FileChannel.open(
              place,
              StandardOpenOption.READ,
              StandardOpenOption.WRITE,
              StandardOpenOption.DELETE_ON_CLOSE);
      channel.write(ByteBuffer.wrap(small, 0, used));
      large = channel;
      small = new byte[0];
    }
    if (large == null) {
      if (used + length > small.length) {
        small = Arrays.copyOf(small, Math.max(2 * small.length, used + length));
      }
      System.arraycopy(from, start, small, used, length);
      used += length;
    } else {
      ByteBuffer rest = ByteBuffer.wrap(from, start, length);
      long at = size;
      while (rest.hasRemaining()) {
        at += large.write(rest, at);
      }
    }
    size += length;
  }

  /**
   * Reads bytes.
   *
   * @throws PalimpsestException if they are no longer there
   */
  byte[] read(long from, int length) {
    byte[] bytes = new byte[length];
    try {
      if (read(from, bytes, 0, length) < length) {
        throw new IOException("it became shorter while it was read");
      }
      return bytes;
    } catch (IOException e) {
      throw unreadable(file, e);
    }
  }

  private int read(long from, byte[] into, int start, int length) throws IOException {
    if (large == null) {
      int count = (int) Math.min(length, used - from);
      System.arraycopy(small, (int) from, into, start, Math.max(0, count));
      return count;
    }
    ByteBuffer rest = ByteBuffer.wrap(into, start, length);
    while (rest.hasRemaining()) {
      int count = large.read(rest, from + length - rest.remaining());
      if (count < 0) {
        break;
      }
    }
    return length - rest.remaining();
  }

  static PalimpsestException unreadable(Path file, IOException e) {
    return new PalimpsestException("cannot read " + file + ": " + IoReason.of(e), e);
  }

  /** The bytes from a place up to {@code end}. */
  InputStream from(long place, long end) {
    Stored stored = new Stored();
    stored.at = place;
    stored.end = end;
    return stored;
  }

  /** Reads the stored bytes in order. */
  private final class Stored extends InputStream {
    private long at;
    private long end = size;

    @Override
    public int read() throws IOException {
      byte[] one = new byte[1];
      return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
    }

    @Override
    public int read(byte[] into, int start, int length) throws IOException {
      if (length == 0) {
        return 0;
      }
      int count =
          at >= end ? 0 : FileBytes.this.read(at, into, start, (int) Math.min(length, end - at));
      at += Math.max(0, count);
      return count > 0 ? count : -1;
    }
  }

  /** Reads unpacked bytes and keeps them. */
  private final class Kept extends InputStream {
    private final InputStream in;

    Kept(InputStream in) {
      this.in = in;
    }

    @Override
    public int read() throws IOException {
      byte[] one = new byte[1];
      return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
    }

    @Override
    public int read(byte[] into, int start, int length) throws IOException {
      int count = in.read(into, start, length);
      if (count > 0) {
        append(into, start, count);
      }
      return count;
    }

    @Override
    public void close() throws IOException {
      in.close();
    }
  }
}
