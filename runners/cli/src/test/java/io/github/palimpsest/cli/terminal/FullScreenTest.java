package io.github.palimpsest.cli.terminal;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

class FullScreenTest {
  private final AtomicReference<TerminalSize> size = new AtomicReference<>(new TerminalSize(4, 10));

  @Test
  void a_text_is_cut_to_the_rows_and_columns_that_the_terminal_has_at_that_moment() {
    StringWriter out = new StringWriter();
    FullScreen screen = new FullScreen(new TerminalWriter(out), size::get);
    out.getBuffer().setLength(0);
    screen.show("0123456789abc\ntwo\nthree\nfour\n");
    assertThat(out.toString())
        .isEqualTo("\u001b[H0123456789\u001b[K\ntwo\u001b[K\n... and 2 \u001b[K\n\u001b[J");
    out.getBuffer().setLength(0);
    size.set(new TerminalSize(5, 80));
    screen.show("0123456789abc\ntwo\nthree\nfour\n");
    assertThat(out.toString())
        .contains("0123456789abc\u001b[K\n", "four\u001b[K\n")
        .doesNotContain("more lines");
  }

  @Test
  void the_terminal_is_as_before_at_the_end_with_the_last_text_once() {
    StringWriter out = new StringWriter();
    FullScreen screen = new FullScreen(new TerminalWriter(out), size::get);
    screen.show("first\n");
    screen.show("last \u001b[31m\n");
    screen.close();
    screen.close();
    assertThat(out.toString()).startsWith("\u001b[?1049h\u001b[?25l");
    String end = "\u001b[?1049l";
    assertThat(out.toString().substring(out.toString().indexOf(end) + end.length()))
        .as("what stands on the usual screen afterwards; names have no escape sequences")
        .isEqualTo("last \\u001" + System.lineSeparator());
    assertThat(out.toString()).as("the cursor is visible again").contains("\u001b[?25h");
  }

  @Test
  void sizes_are_read_from_stty_and_nothing_else_is_a_size() {
    assertThat(TerminalSize.parse("24 80\n")).contains(new TerminalSize(24, 80));
    for (String none : new String[] {"", "0 0\n", "24\n", "1 80\n", "24 19\n", "stty: no\n"}) {
      assertThat(TerminalSize.parse(none)).as(none).isEmpty();
    }
  }

  @Test
  void lines_that_a_narrower_terminal_has_wrapped_are_all_cleared() {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    size.set(new TerminalSize(24, 81));
    TerminalLines lines =
        new TerminalLines(new PrintStream(bytes, true, StandardCharsets.UTF_8), size::get, 2);
    lines.line(0).accept("a".repeat(100));
    lines.line(1).accept("b".repeat(30));
    bytes.reset();
    size.set(new TerminalSize(24, 41));
    lines.line(1).accept("c");
    assertThat(bytes.toString(StandardCharsets.UTF_8))
        .as("80 letters stood in two rows of 41, 30 in one")
        .startsWith("\u001b[3A\u001b[J" + "a".repeat(40) + System.lineSeparator() + "c");
  }
}
