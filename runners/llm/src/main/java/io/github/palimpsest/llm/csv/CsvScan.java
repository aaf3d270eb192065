package io.github.palimpsest.llm.csv;

import io.github.palimpsest.api.PalimpsestException;

/** Finds the ends of the rows of a CSV file, byte by byte: a break in a quoted field is text. */
public final class CsvScan {
  private enum State {
    /** Only spaces since the last delimiter. */
    BEFORE,
    /** In a field without quotes. */
    PLAIN,
    /** In a quoted field. */
    QUOTED,
    /** After a quote in a quoted field, which closes it or is the first of two. */
    QUOTE,
    /** Only spaces since the closing quote. */
    AFTER,
    /** After text that follows a closing quote; the row ends with its line. */
    MALFORMED
  }

  private final char delimiter;
  private final char end;
  private State state = State.BEFORE;
  private int line = 1;
  private int field = 1;

  /** The line of the quote that opened the field. */
  private int opened;

  private boolean empty = true;
  private boolean blank;

  /** A scan from the first byte of the header. */
  public CsvScan(CsvDialect dialect) {
    this.delimiter = dialect.delimiter();
    this.end = dialect.returns() ? '\r' : '\n';
  }

  /**
   * Takes the next byte.
   *
   * @return whether it is the break after a row
   * @throws PalimpsestException if text follows the closing quote of a field of several lines, so
   *     that a quote before it was probably not closed; the message begins with the line
   */
  public boolean ends(byte b) {
    if (b == end) {
      line++;
      if (state == State.QUOTED) {
        return false;
      }
      blank = empty;
      empty = true;
      state = State.BEFORE;
      field = 1;
      return true;
    }
    empty &= b == '\r';
    switch (state) {
      case BEFORE -> {
        if (b == CsvDialect.QUOTE) {
          state = State.QUOTED;
          opened = line;
        } else if (b == delimiter) {
          field++;
        } else if (b != ' ') {
          state = State.PLAIN;
        }
      }
      case PLAIN -> {
        if (b == delimiter) {
          next();
        }
      }
      case QUOTED -> {
        if (b == CsvDialect.QUOTE) {
          state = State.QUOTE;
        }
      }
      case QUOTE, AFTER -> {
        if (b == CsvDialect.QUOTE && state == State.QUOTE) {
          state = State.QUOTED;
        } else if (b == delimiter) {
          next();
        } else if (b == ' ' || b == '\r') {
          state = State.AFTER;
        } else if (opened < line) {
          throw unclosed(", since text follows the next quote, on line " + line);
        } else {
          state = State.MALFORMED;
        }
      }
      case MALFORMED -> {}
    }
    return false;
  }

  private void next() {
    state = State.BEFORE;
    field++;
  }

  /**
   * Ends the last row.
   *
   * @throws PalimpsestException if a quote is not closed; the message begins with its line
   */
  public void end() {
    if (state == State.QUOTED) {
      throw unclosed("");
    }
  }

  private PalimpsestException unclosed(String why) {
    return new PalimpsestException(
        opened + ": the quote of field " + field + " is not closed" + why + CsvDialect.REMEDY);
  }

  /** The line of the next byte, from 1. */
  public int line() {
    return line;
  }

  /** Whether the row that ended last had no text. */
  public boolean blank() {
    return blank;
  }
}
