package io.github.palimpsest.cli.terminal;

import io.github.palimpsest.results.text.Printable;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.function.Supplier;
import me.tongfei.progressbar.ProgressBarConsumer;

/** Lines at the end of a terminal that are rewritten in place; other output scrolls above them. */
final class TerminalLines {
  private static final String UP_AND_CLEAR = "\u001b[%dA\u001b[J";

  private final PrintStream terminal;
  private final Supplier<TerminalSize> size;
  private final List<String> lines;
  private List<String> painted = List.of();

  /**
   * @param size the present size of the terminal; the last column stays free, since some terminals
   *     wrap a line that ends there
   */
  TerminalLines(PrintStream terminal, Supplier<TerminalSize> size, int count) {
    this.terminal = terminal;
    this.size = size;
    this.lines = new ArrayList<>(Collections.nCopies(count, ""));
  }

  private int columns() {
    return size.get().columns() - 1;
  }

  /** A writer of one of the lines. */
  ProgressBarConsumer line(int index) {
    return new ProgressBarConsumer() {
      @Override
      public int getMaxRenderedLength() {
        return columns();
      }

      @Override
      public void accept(String text) {
        set(index, text);
      }

      @Override
      public void close() {}
    };
  }

  private synchronized void set(int index, String text) {
    // a line that wraps takes two rows, and the next rewriting would start one row too low
    lines.set(index, Printable.cut(Printable.line(text), columns()).stripTrailing());
    paint("");
  }

  /** Prints a line above the rewritten lines. */
  synchronized void print(String line) {
    paint(Printable.of(line) + System.lineSeparator());
  }

  private void paint(String above) {
    String clear = painted.isEmpty() ? "" : UP_AND_CLEAR.formatted(rows());
    painted = lines.stream().map(line -> Printable.cut(line, columns())).toList();
    String below = String.join(System.lineSeparator(), painted) + System.lineSeparator();
    terminal.print(clear + above + below);
    terminal.flush();
  }

  /** The rows of what was painted: a terminal that has become narrower wraps its lines. */
  private int rows() {
    int columns = size.get().columns();
    return painted.stream()
        .mapToInt(line -> 1 + Math.max(0, Printable.columns(line) - 1) / columns)
        .sum();
  }
}
