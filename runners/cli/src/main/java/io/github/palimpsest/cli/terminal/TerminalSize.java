package io.github.palimpsest.cli.terminal;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jline.utils.Signals;

/**
 * The size of the terminal, which changes when its window does.
 *
 * @param rows its rows
 * @param columns its columns
 */
public record TerminalSize(int rows, int columns) {
  private static final Pattern SIZE = Pattern.compile("(\\d{1,5}) (\\d{1,5})\\s*");
  private static final int USUAL_ROWS = 24;
  private static final int LEAST = 20;

  /** The size in the output of {@code stty size}; empty if there is none, or it is too small. */
  static Optional<TerminalSize> parse(String text) {
    Matcher m = SIZE.matcher(text);
    if (!m.matches()) {
      return Optional.empty();
    }
    TerminalSize size =
        new TerminalSize(Integer.parseInt(m.group(1)), Integer.parseInt(m.group(2)));
    return size.rows > 1 && size.columns > LEAST ? Optional.of(size) : Optional.empty();
  }

  /**
   * The present size of the terminal of this process, measured again after each change.
   *
   * @param columns its columns as the launcher saw them; used if it cannot be measured
   */
  public static Supplier<TerminalSize> following(int columns) {
    Watched watched = new Watched(measured().orElse(new TerminalSize(USUAL_ROWS, columns)));
    Signals.register("WINCH", () -> measured().ifPresent(size -> watched.now = size));
    return () -> watched.now;
  }

  private static final class Watched {
    private volatile TerminalSize now;

    Watched(TerminalSize now) {
      this.now = now;
    }
  }

  private static Optional<TerminalSize> measured() {
    try {
      Process stty =
          new ProcessBuilder("stty", "size")
              .redirectInput(new File("/dev/tty"))
              .redirectError(ProcessBuilder.Redirect.DISCARD)
              .start();
      return parse(new String(stty.getInputStream().readAllBytes(), StandardCharsets.US_ASCII));
    } catch (IOException e) {
      return Optional.empty(); // no terminal, or a system without the command
    }
  }
}
