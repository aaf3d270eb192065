package io.github.palimpsest.execution.faults;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Counts the operations on a file system, and lets the n-th fail in one way. Names as operations
 * say which files: those of the file system behind.
 */
public final class Faults {
  /** What becomes of the n-th operation, and of those after it. */
  public enum Kind {
    /** It alone fails, as a disk does that is full for a moment. */
    ERROR,
    /** The process is gone: nothing is done any more. */
    CRASH,
    /** It is gone in the middle of a write, of which half is done. */
    TORN,
    /** The power is gone: of all that was written and never forced to the disk, half is lost. */
    POWER_CUT
  }

  private final Kind kind;
  private final long fatal;
  private final Map<Path, Boolean> unforced = new HashMap<>();
  private final List<String> done = new ArrayList<>();
  private long count;
  private boolean down;

  /**
   * @param kind what happens
   * @param fatal at which operation, from 1; 0 for never
   */
  public Faults(Kind kind, long fatal) {
    this.kind = kind;
    this.fatal = fatal;
  }

  /** How many operations there were, those included that failed. */
  public synchronized long count() {
    return count;
  }

  /** Whether the operation came that was to fail. */
  public synchronized boolean struck() {
    return fatal > 0 && count >= fatal;
  }

  /** The operation that failed, in words. */
  public synchronized String strike() {
    return done.isEmpty() ? "nothing" : done.get(0);
  }

  /**
   * Before an operation.
   *
   * @return whether it is a write to be torn: half of it is to be done, and then {@link #tear}
   */
  synchronized boolean before(String what, Path path, boolean write) throws IOException {
    count++;
    if (down) {
      throw new FileSystemException(path.toString(), null, "the machine is down");
    }
    if (count != fatal) {
      return false;
    }
    done.add(what + " " + path.getFileName());
    if (kind == Kind.TORN && write) {
      return true;
    }
    if (kind == Kind.POWER_CUT) {
      loseHalf();
    }
    down = kind != Kind.ERROR;
    throw new FileSystemException(path.toString(), null, "No space left on device (made up)");
  }

  synchronized void tear(Path path) throws IOException {
    down = true;
    throw new FileSystemException(path.toString(), null, "torn");
  }

  private void loseHalf() throws IOException {
    for (Path file : unforced.keySet()) {
      if (Files.isRegularFile(file)) {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
          channel.truncate(channel.size() / 2);
        }
      }
    }
  }

  synchronized void written(Path path) {
    unforced.put(path, true);
  }

  synchronized void forced(Path path) {
    unforced.remove(path);
  }

  synchronized void moved(Path from, Path to) {
    for (Path file : List.copyOf(unforced.keySet())) {
      if (file.startsWith(to)) {
        unforced.remove(file);
      }
    }
    for (Path file : List.copyOf(unforced.keySet())) {
      if (file.startsWith(from)) {
        unforced.remove(file);
        unforced.put(file.equals(from) ? to : to.resolve(from.relativize(file)), true);
      }
    }
  }
}
