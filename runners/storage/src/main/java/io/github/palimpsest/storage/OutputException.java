package io.github.palimpsest.storage;

import io.github.palimpsest.api.PalimpsestException;
import java.io.IOException;
import java.nio.file.Path;
import java.nio.file.ReadOnlyFileSystemException;

/** Results that cannot be written. It ends the whole run, because other cells would fail too. */
public sealed class OutputException extends PalimpsestException permits BudgetException {
  private static final long serialVersionUID = 1L;

  public OutputException(String message) {
    super(message);
  }

  public OutputException(String message, IOException cause) {
    super(message, cause);
  }

  /** Names the file and the cause. */
  public OutputException(Path path, IOException cause) {
    super("cannot write to '" + path + "': " + IoReason.of(cause), cause);
  }

  /** The input or output failure that caused another exception, if there is any. */
  public static java.util.Optional<IOException> behind(Throwable failure) {
    for (Throwable t = failure; t != null; t = t.getCause()) {
      if (t instanceof IOException io) {
        return java.util.Optional.of(io);
      }
      if (t instanceof ReadOnlyFileSystemException) {
        return java.util.Optional.of(new IOException("the file system is read-only", t));
      }
    }
    return java.util.Optional.empty();
  }
}
