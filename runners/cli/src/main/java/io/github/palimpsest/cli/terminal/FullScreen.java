package io.github.palimpsest.cli.terminal;

import io.github.palimpsest.results.text.Printable;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/**
 * Text that fills a terminal and is redrawn in place, on the terminal's other screen: what stood
 * there before comes back at the end, followed by the last text.
 */
public final class FullScreen implements AutoCloseable {
  private static final String BEGIN = "\u001b[?1049h\u001b[?25l";
  private static final String END = "\u001b[?25h\u001b[?1049l";
  private static final String HOME = "\u001b[H";
  private static final String CLEAR_LINE = "\u001b[K";
  private static final String CLEAR_REST = "\u001b[J";

  private final TerminalWriter out;
  private final Supplier<TerminalSize> size;
  private String shown = "";
  private boolean open = true;

  /**
   * Begins the other screen.
   *
   * @param size the present size of the terminal
   */
  public FullScreen(TerminalWriter out, Supplier<TerminalSize> size) {
    this.out = out;
    this.size = size;
    escape(BEGIN);
  }

  /** Shows as much of a text as the terminal holds; the last row says how much more there is. */
  public void show(String text) {
    TerminalSize now = size.get();
    List<String> lines = Printable.of(text).lines().toList();
    int room = now.rows() - 1; // the cursor rests in the last row
    List<String> fit = lines;
    if (lines.size() > room) {
      fit = new ArrayList<>(lines.subList(0, Math.max(0, room - 1)));
      fit.add("... and " + (lines.size() - fit.size()) + " more lines");
    }
    escape(
        HOME
            + fit.stream()
                .map(line -> Printable.cut(line, now.columns()) + CLEAR_LINE + "\n")
                .collect(Collectors.joining())
            + CLEAR_REST);
    shown = text;
  }

  private void escape(String text) {
    out.trusted(() -> out.printf("%s", text));
    out.flush();
  }

  /** Leaves the other screen and prints the last text below what stood before. */
  @Override
  public void close() {
    if (open) {
      open = false;
      escape(END);
      int columns = size.get().columns();
      shown.lines().forEach(line -> out.println(Printable.cut(Printable.of(line), columns)));
      out.flush();
    }
  }
}
