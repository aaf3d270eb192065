package io.github.palimpsest.cli.terminal;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.OutputStreamWriter;
import java.io.PrintWriter;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Optional;

/**
 * Standard output in UTF-8, which remembers that it could not be written: {@link System#out} and
 * every {@link PrintWriter} forget it, and a result that is lost would end with 0.
 */
public final class StandardOutput extends OutputStream {
  private final OutputStream below;
  private Optional<IOException> failure = Optional.empty();

  public StandardOutput(OutputStream below) {
    this.below = below;
  }

  /** The process's. */
  public static StandardOutput ofProcess() {
    return new StandardOutput(new FileOutputStream(FileDescriptor.out));
  }

  public Writer writer() {
    return new OutputStreamWriter(this, StandardCharsets.UTF_8);
  }

  @Override
  public void write(int b) throws IOException {
    write(new byte[] {(byte) b}, 0, 1);
  }

  @Override
  public void write(byte[] bytes, int from, int length) throws IOException {
    if (failure.isPresent()) {
      throw failure.get();
    }
    try {
      below.write(bytes, from, length);
    } catch (IOException e) {
      failure = Optional.of(e);
      throw e;
    }
  }

  /**
   * The exit code of a command that printed here.
   *
   * @param code what it would be if all was written
   * @param err is told what was not, except that a reader went away, as {@code head} does
   */
  public int exitCode(int code, PrintWriter err) {
    if (failure.isEmpty()) {
      return code;
    }
    String reason = String.valueOf(failure.get().getMessage());
    if (reason.toLowerCase(Locale.ROOT).contains("broken pipe")) {
      return code == ExitCode.OK ? ExitCode.BROKEN_PIPE : code;
    }
    err.println("palimpsest: standard output cannot be written: " + reason);
    return code == ExitCode.OK ? ExitCode.FAILED : code;
  }
}
