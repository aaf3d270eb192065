package io.github.palimpsest.cli.terminal;

import io.github.palimpsest.results.text.Printable;
import java.io.FilterWriter;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.Writer;
import java.util.function.Supplier;

/**
 * What all commands print to: names and messages can come from files of others, so whatever could
 * steer the terminal is shown {@linkplain Printable escaped}. Only {@link #trusted} text is not.
 */
public final class TerminalWriter extends PrintWriter {
  private final Filter filter;

  /** Writes to another writer and flushes it after each line. */
  public TerminalWriter(Writer below) {
    this(new Filter(below));
  }

  private TerminalWriter(Filter filter) {
    super(filter, true);
    this.filter = filter;
  }

  /** Runs what prints text with escape sequences of our own. */
  public <T> T trusted(Supplier<T> printing) {
    filter.trusted = true;
    try {
      return printing.get();
    } finally {
      filter.trusted = false;
    }
  }

  private static final class Filter extends FilterWriter {
    /** A carriage return belongs to the ends of lines on some systems. */
    private static final boolean RETURNS = System.lineSeparator().indexOf('\r') >= 0;

    private boolean trusted;

    Filter(Writer below) {
      super(below);
    }

    @Override
    public void write(int c) throws IOException {
      write(new char[] {(char) c}, 0, 1);
    }

    @Override
    public void write(String text, int from, int length) throws IOException {
      write(text.toCharArray(), from, length);
    }

    @Override
    public void write(char[] chars, int from, int length) throws IOException {
      int plain = from;
      for (int i = from; i < from + length; i++) {
        if (!trusted && !Printable.isPrintable(chars[i]) && !(RETURNS && chars[i] == '\r')) {
          out.write(chars, plain, i - plain);
          StringBuilder escaped = new StringBuilder();
          Printable.append(chars[i], escaped);
          out.write(escaped.toString());
          plain = i + 1;
        }
      }
      out.write(chars, plain, from + length - plain);
    }
  }
}
