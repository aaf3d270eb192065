package io.github.palimpsest.execution.pool;

import io.github.palimpsest.api.PalimpsestException;
import io.github.palimpsest.api.discovery.Activity;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * The present activity of a process, in a small memory-mapped file that it shares with the process
 * that started it. The file outlives the process, so the other process can tell which plugin call
 * it was in, whether it ended normally, and whether it still makes progress.
 */
public final class Whereabouts implements Activity.Listener, AutoCloseable {
  /** The property with the file's name in the watched process. */
  static final String PROPERTY = "palimpsest.whereabouts";

  private static final int MOVES = 0;
  private static final int LIMIT = 8;
  private static final int ENDED = 16;
  private static final int LISTENS = 20;
  private static final int STOP = 21;
  private static final int LENGTH = 24;
  private static final int PLACE = 28;
  private static final int SIZE = 4096;
  private static final Optional<Whereabouts> OWN =
      Optional.ofNullable(System.getProperty(PROPERTY)).map(f -> open(Path.of(f)));

  private final Path file;
  private final MappedByteBuffer bytes;

  private Whereabouts(Path file, MappedByteBuffer bytes) {
    this.file = file;
    this.bytes = bytes;
  }

  /** A file for a process that is about to be started. */
  public static Whereabouts create() {
    try {
      return open(Files.createTempFile("palimpsest", ".process"));
    } catch (IOException e) {
      throw unusable(e);
    }
  }

  /** The file of this process; empty if it is not watched. */
  public static Optional<Whereabouts> ofThisProcess() {
    return OWN;
  }

  private static Whereabouts open(Path file) {
    try (FileChannel channel =
        FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
      return new Whereabouts(file, channel.map(FileChannel.MapMode.READ_WRITE, 0, SIZE));
    } catch (IOException e) {
      throw unusable(e);
    }
  }

  private static PalimpsestException unusable(IOException e) {
    return new PalimpsestException(
        "the folder for temporary files, '"
            + System.getProperty("java.io.tmpdir")
            + "', cannot be used: "
            + e,
        e);
  }

  /** The options of this JVM, for a JVM that does part of its work. */
  public static List<String> jvmOptions() {
    return ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
        .filter(a -> !a.startsWith("-D" + PROPERTY + "="))
        .toList();
  }

  /** The option for the watched JVM. */
  public String option() {
    return "-D" + PROPERTY + "=" + file;
  }

  /** Ends this process together with the one that watches it. */
  public static void endWithParent() {
    ProcessHandle.current()
        .parent()
        .ifPresent(p -> p.onExit().thenRun(() -> Runtime.getRuntime().halt(WorkerExit.FAILED)));
  }

  @Override
  public void moved() {
    bytes.putLong(MOVES, moves() + 1);
  }

  @Override
  public void at(String place) {
    byte[] text = place.getBytes(StandardCharsets.UTF_8);
    int length = Math.min(text.length, SIZE - PLACE);
    bytes.put(PLACE, text, 0, length);
    bytes.putInt(LENGTH, length);
  }

  /** Records that this process ends normally, with this code. */
  public void end(int code) {
    bytes.putInt(ENDED, code + 1);
  }

  /** Sets the largest time without progress of this process. */
  public void limit(Duration limit) {
    bytes.putLong(LIMIT, limit.toNanos());
  }

  /** Records that this process stops properly on request. */
  public void listen() {
    bytes.put(LISTENS, (byte) 1);
  }

  /** Whether the watching process has asked it to stop. */
  public boolean isAskedToStop() {
    return bytes.get(STOP) != 0;
  }

  /** The process's progress counter. */
  public long moves() {
    return bytes.getLong(MOVES);
  }

  /** Its exit code, if it ended normally. */
  public OptionalInt ended() {
    int code = bytes.getInt(ENDED);
    return code == 0 ? OptionalInt.empty() : OptionalInt.of(code - 1);
  }

  /** Its largest time without progress. */
  public Duration limit() {
    long nanos = bytes.getLong(LIMIT);
    return nanos == 0 ? StallWatch.USUAL : Duration.ofNanos(nanos);
  }

  /** The plugin call that it is in; empty if none. */
  public String place() {
    byte[] text = new byte[SIZE - PLACE];
    bytes.get(PLACE, text);
    int length = Math.max(0, Math.min(text.length, bytes.getInt(LENGTH)));
    return new String(Arrays.copyOf(text, length), StandardCharsets.UTF_8);
  }

  /** Whether it stops properly on request. */
  public boolean isListening() {
    return bytes.get(LISTENS) != 0;
  }

  /** Asks it to stop properly. */
  public void askToStop() {
    bytes.put(STOP, (byte) 1);
  }

  @Override
  public void close() {
    try {
      Files.deleteIfExists(file);
    } catch (IOException e) {
      return; // a small file remains in a folder that the system cleans
    }
  }
}
