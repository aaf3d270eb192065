package io.github.palimpsest.cli.terminal;

import io.github.palimpsest.results.text.Printable;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import me.tongfei.progressbar.ProgressBarConsumer;

/** Lines at the end of a terminal, rewritten in place; what is printed scrolls above them. */
final class TerminalLines {
  private static final String UP_AND_CLEAR = "\u001b[%dA\u001b[J";

  private final PrintStream terminal;
  private final int columns;
  private final List<String> lines;
  private int painted;

  TerminalLines(PrintStream terminal, int columns, int count) {
    this.terminal = terminal;
    this.columns = columns;
    this.lines = new ArrayList<>(Collections.nCopies(count, ""));
  }

  /** What writes one of the lines. */
  ProgressBarConsumer line(int index) {
    return new ProgressBarConsumer() {
      @Override
      public int getMaxRenderedLength() {
        return columns;
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
    // a line that wraps would be two, and the next rewriting one too low
    lines.set(index, Printable.cut(Printable.line(text), columns).stripTrailing());
    paint("");
  }

  /** Prints a line above. */
  synchronized void print(String line) {
    paint(Printable.of(line) + System.lineSeparator());
  }

  private void paint(String above) {
    String clear = painted == 0 ? "" : UP_AND_CLEAR.formatted(painted);
    String below = String.join(System.lineSeparator(), lines) + System.lineSeparator();
    terminal.print(clear + above + below);
    terminal.flush();
    painted = lines.size();
  }
}
