package io.github.palimpsest.llm.task;

import io.github.palimpsest.api.PalimpsestException;
import io.github.palimpsest.llm.score.Spaces;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Reads what Python's {@code repr} writes of lists, dictionaries, texts, numbers, {@code True},
 * {@code False} and {@code None}; some data sets keep such text in a column.
 */
final class PythonLiteral {
  private static final int MAX_DEPTH = 64;

  private final String text;
  private int at;

  private PythonLiteral(String text) {
    this.text = text;
  }

  static Object parse(String text) {
    PythonLiteral literal = new PythonLiteral(text);
    Object value = literal.value(0);
    literal.space();
    if (value == null || literal.at < text.length()) {
      throw literal.wrong("the end of the text");
    }
    return value;
  }

  private @Nullable Object value(int depth) {
    if (depth > MAX_DEPTH) {
      throw new PalimpsestException("a Python value is nested more than " + MAX_DEPTH + " deep");
    }
    space();
    char c = peek();
    if (c == '[' || c == '(') {
      at++;
      List<@Nullable Object> items = new ArrayList<>();
      while (more(c == '[' ? ']' : ')', items.isEmpty())) {
        items.add(value(depth + 1));
      }
      return items;
    }
    if (c == '{') {
      at++;
      Map<String, @Nullable Object> entries = new LinkedHashMap<>();
      while (more('}', entries.isEmpty())) {
        String key = String.valueOf(value(depth + 1));
        space();
        require(':');
        entries.put(key, value(depth + 1));
      }
      return entries;
    }
    return c == '\'' || c == '"' ? quoted(c) : word();
  }

  /** Whether another item follows; passes its comma, or the closing bracket. */
  private boolean more(char close, boolean first) {
    space();
    if (!first && peek() == ',') {
      at++;
      space();
    } else if (!first && peek() != close) {
      throw wrong("',' or '" + close + "'");
    }
    if (peek() == close) {
      at++;
      return false;
    }
    return true;
  }

  private String quoted(char quote) {
    StringBuilder out = new StringBuilder();
    at++;
    while (peek() != quote) {
      char c = text.charAt(at++);
      if (c != '\\') {
        out.append(c);
        continue;
      }
      char escaped = peek();
      at++;
      switch (escaped) {
        case 'n' -> out.append('\n');
        case 't' -> out.append('\t');
        case 'r' -> out.append('\r');
        case 'x' -> out.appendCodePoint(hex(2));
        case 'u' -> out.appendCodePoint(hex(4));
        case 'U' -> out.appendCodePoint(hex(8));
        case '\\', '\'', '"' -> out.append(escaped);
        default -> out.append('\\').append(escaped);
      }
    }
    at++;
    return out.toString();
  }

  private int hex(int digits) {
    try {
      int code = Integer.parseInt(text.substring(at, at + digits), 16);
      if (Character.isValidCodePoint(code)) {
        at += digits;
        return code;
      }
    } catch (NumberFormatException | IndexOutOfBoundsException e) {
      throw wrong(digits + " hexadecimal digits");
    }
    throw wrong(digits + " hexadecimal digits");
  }

  private @Nullable Object word() {
    int from = at;
    while (at < text.length() && ",:]}) \n\t\r".indexOf(text.charAt(at)) < 0) {
      at++;
    }
    String word = text.substring(from, at);
    switch (word) {
      case "True":
        return true;
      case "False":
        return false;
      case "None":
        return null;
      default:
        try {
          return word.matches("-?[0-9]{1,18}")
              ? (Object) Long.valueOf(word)
              : (Object) Double.valueOf(word);
        } catch (NumberFormatException e) {
          at = from;
          throw wrong("a value");
        }
    }
  }

  private void space() {
    while (at < text.length() && Spaces.isSpace(text.charAt(at))) {
      at++;
    }
  }

  private char peek() {
    if (at >= text.length()) {
      throw wrong("more");
    }
    return text.charAt(at);
  }

  private void require(char c) {
    if (peek() != c) {
      throw wrong("'" + c + "'");
    }
    at++;
  }

  private PalimpsestException wrong(String expected) {
    return new PalimpsestException(
        "not a Python value: " + expected + " is expected at character " + (at + 1));
  }
}
