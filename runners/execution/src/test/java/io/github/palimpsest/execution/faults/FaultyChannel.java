package io.github.palimpsest.execution.faults;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.ReadableByteChannel;
import java.nio.channels.WritableByteChannel;
import java.nio.file.Path;

/** A channel whose operations may fail; closing it and giving up a lock never do, as in a kill. */
final class FaultyChannel extends FileChannel {
  private final FileChannel channel;
  private final Path path;
  private final Faults faults;

  FaultyChannel(FileChannel channel, Path path, Faults faults) {
    this.channel = channel;
    this.path = path;
    this.faults = faults;
  }

  /** What is done with a channel. */
  @FunctionalInterface
  private interface Operation<T> {
    T on(FileChannel channel) throws IOException;
  }

  private <T> T checked(String what, Operation<T> operation) throws IOException {
    faults.before(what, path, false);
    return operation.on(channel);
  }

  @Override
  public int read(ByteBuffer into) throws IOException {
    return checked("read", c -> c.read(into));
  }

  @Override
  public long read(ByteBuffer[] into, int offset, int length) throws IOException {
    return checked("read", c -> c.read(into, offset, length));
  }

  @Override
  public int read(ByteBuffer into, long position) throws IOException {
    return checked("read", c -> c.read(into, position));
  }

  @Override
  public int write(ByteBuffer from) throws IOException {
    if (faults.before("write", path, true)) {
      channel.write(from.slice(from.position(), from.remaining() / 2));
      faults.tear(path);
    }
    faults.written(path);
    return channel.write(from);
  }

  @Override
  public long write(ByteBuffer[] from, int offset, int length) throws IOException {
    long all = 0;
    for (int i = offset; i < offset + length; i++) {
      all += write(from[i]);
    }
    return all;
  }

  @Override
  public int write(ByteBuffer from, long position) throws IOException {
    throw new UnsupportedOperationException("not torn yet");
  }

  @Override
  public long position() throws IOException {
    return channel.position();
  }

  @Override
  public FileChannel position(long position) throws IOException {
    channel.position(position);
    return this;
  }

  @Override
  public long size() throws IOException {
    return checked("size", FileChannel::size);
  }

  @Override
  public FileChannel truncate(long size) throws IOException {
    checked("truncate", c -> c.truncate(size));
    return this;
  }

  @Override
  public void force(boolean metaData) throws IOException {
    faults.before("force", path, false);
    channel.force(metaData);
    faults.forced(path);
  }

  @Override
  public long transferTo(long position, long count, WritableByteChannel to) throws IOException {
    return checked("transfer", c -> c.transferTo(position, count, to));
  }

  @Override
  public long transferFrom(ReadableByteChannel from, long position, long count) throws IOException {
    throw new UnsupportedOperationException("not torn yet");
  }

  @Override
  public MappedByteBuffer map(MapMode mode, long position, long size) throws IOException {
    throw new UnsupportedOperationException("what is written by memory is not seen");
  }

  @Override
  public FileLock lock(long position, long size, boolean shared) throws IOException {
    return checked("lock", c -> c.lock(position, size, shared));
  }

  @Override
  public FileLock tryLock(long position, long size, boolean shared) throws IOException {
    return checked("lock", c -> c.tryLock(position, size, shared));
  }

  @Override
  protected void implCloseChannel() throws IOException {
    channel.close();
  }
}
