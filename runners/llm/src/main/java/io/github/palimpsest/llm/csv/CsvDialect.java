package io.github.palimpsest.llm.csv;

import io.github.palimpsest.api.PalimpsestException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * How the fields and rows of a CSV file end. A field that contains a delimiter, a line break or a
 * quote is in double quotes, and each quote within it is doubled, as RFC 4180 says. Deviations:
 * spaces around a quoted field are left out, and a quote within a field that does not begin with
 * one is an ordinary character.
 *
 * @param delimiter the character between two fields
 * @param returns whether a row ends with a carriage return alone, not with a line feed
 */
public record CsvDialect(char delimiter, boolean returns) {
  /** The delimiters that can be found out, the first of them if none fits. */
  private static final char[] DELIMITERS = {',', '\t', ';', '|'};

  /** The number of rows that decide on the delimiter. */
  private static final int SAMPLE = 100;

  /** The quote, also within a quoted field before another. */
  static final char QUOTE = '"';

  /**
   * Finds the delimiter out: of those that split the header, the one that splits the most rows into
   * as many fields; then the one with the most fields. Without any, the file has one column.
   *
   * @param beginning the first bytes of the file, without a byte order mark
   */
  public static CsvDialect of(byte[] beginning) {
    boolean returns = returns(beginning);
    CsvDialect best = new CsvDialect(DELIMITERS[0], returns);
    int most = -1;
    int widest = 0;
    for (char delimiter : DELIMITERS) {
      CsvDialect dialect = new CsvDialect(delimiter, returns);
      List<Integer> widths = dialect.widths(beginning);
      int width = widths.isEmpty() ? 0 : widths.get(0);
      int same = (int) widths.stream().filter(w -> w == width).count();
      if (width > 1 && (same > most || same == most && width > widest)) {
        best = dialect;
        most = same;
        widest = width;
      }
    }
    return best;
  }

  private static boolean returns(byte[] beginning) {
    for (int i = 0; i < beginning.length; i++) {
      if (beginning[i] == '\n') {
        return false;
      }
      if (beginning[i] == '\r') {
        return i + 1 < beginning.length && beginning[i + 1] != '\n';
      }
    }
    return false;
  }

  /** The number of fields of the first rows; 0 for a malformed one. */
  private List<Integer> widths(byte[] beginning) {
    List<Integer> widths = new ArrayList<>();
    CsvScan scan = new CsvScan(this);
    int start = 0;
    try {
      for (int i = 0; i < beginning.length && widths.size() < SAMPLE; i++) {
        if (scan.ends(beginning[i])) {
          if (!scan.blank()) {
            widths.add(width(Arrays.copyOfRange(beginning, start, i)));
          }
          start = i + 1;
        }
      }
      if (widths.size() < 2 && start < beginning.length) {
        widths.add(width(Arrays.copyOfRange(beginning, start, beginning.length)));
      }
    } catch (PalimpsestException e) {
      return widths; // the rows before it decide
    }
    return widths;
  }

  private int width(byte[] row) {
    try {
      return fields(new String(row, StandardCharsets.UTF_8)).size();
    } catch (PalimpsestException e) {
      return 0;
    }
  }

  /**
   * Splits a row.
   *
   * @param row its text without the line break
   * @throws PalimpsestException if a quote is not closed, or text follows one that is; names the
   *     field
   */
  public List<String> fields(String row) {
    List<String> fields = new ArrayList<>();
    int end = row.endsWith("\r") ? row.length() - 1 : row.length();
    int at = 0;
    while (true) {
      int first = spaces(row, at, end);
      if (first < end && row.charAt(first) == QUOTE) {
        StringBuilder field = new StringBuilder();
        int close = quoted(row, first + 1, field, fields.size() + 1);
        at = spaces(row, close, end);
        if (at < end && row.charAt(at) != delimiter) {
          throw new PalimpsestException(
              "text follows the closing quote of field " + (fields.size() + 1) + REMEDY);
        }
        fields.add(field.toString());
      } else {
        int stop = row.indexOf(delimiter, at);
        stop = stop < 0 ? end : stop;
        fields.add(row.substring(at, stop));
        at = stop;
      }
      if (at >= end) {
        return fields;
      }
      at++;
    }
  }

  static final String REMEDY = "; write a quote within a quoted field as \"\"";

  /** The place after the closing quote. */
  private static int quoted(String row, int start, StringBuilder field, int number) {
    int from = start;
    while (true) {
      int quote = row.indexOf(QUOTE, from);
      if (quote < 0) {
        throw new PalimpsestException("the quote of field " + number + " is not closed" + REMEDY);
      }
      if (quote + 1 == row.length() || row.charAt(quote + 1) != QUOTE) {
        field.append(row, from, quote);
        return quote + 1;
      }
      field.append(row, from, quote + 1);
      from = quote + 2;
    }
  }

  private static int spaces(String row, int start, int end) {
    int at = start;
    while (at < end && row.charAt(at) == ' ') {
      at++;
    }
    return at;
  }
}
