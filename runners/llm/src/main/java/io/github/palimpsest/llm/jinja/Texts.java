package io.github.palimpsest.llm.jinja;

import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Texts as Python has them: white space, escapes, and how values print. */
final class Texts {
  private static final int SHORT = 60;

  private Texts() {}

  /** Whether Python counts a character as white space. */
  static boolean isSpace(int c) {
    return c >= 9 && c <= 13
        || c >= 28 && c <= 32
        || c == 0x85
        || c == 0xa0
        || c == 0x1680
        || c >= 0x2000 && c <= 0x200a
        || c == 0x2028
        || c == 0x2029
        || c == 0x202f
        || c == 0x205f
        || c == 0x3000;
  }

  /**
   * A text without some characters at its ends.
   *
   * @param chars the characters to remove; null for white space
   */
  static String strip(String text, @Nullable String chars, boolean left, boolean right) {
    int from = 0;
    int to = text.length();
    while (left && from < to && strips(chars, text.codePointAt(from))) {
      from += Character.charCount(text.codePointAt(from));
    }
    while (right && from < to && strips(chars, text.codePointBefore(to))) {
      to -= Character.charCount(text.codePointBefore(to));
    }
    return text.substring(from, to);
  }

  private static boolean strips(@Nullable String chars, int c) {
    return chars == null ? isSpace(c) : chars.indexOf(c) >= 0;
  }

  /** The number of characters, each of which may take two of Java's. */
  static int length(String text) {
    return text.codePointCount(0, text.length());
  }

  /** The part between two characters, counted as {@link #length} counts. */
  static String part(String text, int from, int to) {
    int begin = text.offsetByCodePoints(0, from);
    return text.substring(begin, text.offsetByCodePoints(begin, to - from));
  }

  static String shortened(Object value) {
    String text = value instanceof String s ? s : String.valueOf(value);
    return text.length() <= SHORT ? text : text.substring(0, SHORT) + "...";
  }

  /** The value of a text literal without its quotes. */
  static String unescaped(String raw) {
    if (raw.indexOf('\\') < 0) {
      return raw;
    }
    StringBuilder out = new StringBuilder(raw.length());
    for (int i = 0; i < raw.length(); i++) {
      char c = raw.charAt(i);
      if (c != '\\' || i + 1 == raw.length()) {
        out.append(c);
        continue;
      }
      char e = raw.charAt(++i);
      int simple = "abfnrtv\\'\"\n".indexOf(e);
      if (simple >= 0) {
        out.append(simple == 10 ? "" : "\u0007\b\f\n\r\t\u000b\\'\"".substring(simple, simple + 1));
      } else if (e >= '0' && e <= '7') {
        int end = i;
        while (end < Math.min(raw.length(), i + 3) && "01234567".indexOf(raw.charAt(end)) >= 0) {
          end++;
        }
        out.append((char) Integer.parseInt(raw.substring(i, end), 8));
        i = end - 1;
      } else {
        i += hexadecimal(raw, i, e, out);
      }
    }
    return out.toString();
  }

  /** Adds the character of {@code \xHH}, \\uHHHH or \\UHHHHHHHH; returns the digits read. */
  private static int hexadecimal(String raw, int i, char e, StringBuilder out) {
    int digits = e == 'x' ? 2 : e == 'u' ? 4 : e == 'U' ? 8 : 0;
    if (digits == 0) {
      out.append('\\').append(e);
      return 0;
    }
    String hex = raw.substring(i + 1, Math.min(raw.length(), i + 1 + digits));
    if (!hex.matches("[0-9a-fA-F]{" + digits + "}")) {
      throw new TemplateException("'\\" + e + hex + "' is not an escape of a character");
    }
    long code = Long.parseLong(hex, 16);
    if (code > Character.MAX_CODE_POINT) {
      throw new TemplateException("'\\" + e + hex + "' is not a character");
    }
    out.appendCodePoint((int) code);
    return digits;
  }

  /** A value as {@code str()} prints it. */
  static String of(Object value, Budget budget) {
    if (value instanceof String s) {
      return s;
    }
    if (value instanceof Undefined) {
      return "";
    }
    StringBuilder out = new StringBuilder();
    represent(value, out, budget, 0);
    return out.toString();
  }

  /** A value as {@code repr()} prints it. */
  static String represented(Object value, Budget budget) {
    StringBuilder out = new StringBuilder();
    represent(value, out, budget, 0);
    return out.toString();
  }

  private static void represent(Object value, StringBuilder out, Budget budget, int depth) {
    Values.requireShallow(depth);
    budget.steps(1);
    int before = out.length();
    if (value instanceof String s) {
      quote(s, out);
    } else if (value instanceof List<?> list) {
      boolean tuple = value instanceof Tuple;
      out.append(tuple ? "(" : "[");
      String between = "";
      for (Object item : list) {
        out.append(between);
        represent(item, out, budget, depth + 1);
        between = ", ";
      }
      out.append(tuple ? list.size() == 1 ? ",)" : ")" : "]");
      before = out.length() - 2;
    } else if (value instanceof Map<?, ?> map) {
      out.append("{");
      String between = "";
      for (Map.Entry<?, ?> e : map.entrySet()) {
        out.append(between);
        represent(e.getKey(), out, budget, depth + 1);
        out.append(": ");
        represent(e.getValue(), out, budget, depth + 1);
        between = ", ";
      }
      out.append("}");
      before = out.length() - 2;
    } else {
      out.append(scalar(value));
    }
    budget.text(out.length() - before);
  }

  private static String scalar(Object value) {
    if (value instanceof Boolean b) {
      return b ? "True" : "False";
    }
    if (value instanceof Double d) {
      return real(d);
    }
    if (value instanceof Long n) {
      return n.toString();
    }
    if (value == None.NONE) {
      return "None";
    }
    if (value instanceof Undefined) {
      return "Undefined";
    }
    throw new TemplateException(Values.typeName(value) + " cannot be printed");
  }

  private static void quote(String s, StringBuilder out) {
    char quote = s.indexOf('\'') >= 0 && s.indexOf('"') < 0 ? '"' : '\'';
    out.append(quote);
    s.codePoints()
        .forEach(
            c -> {
              if (c == quote || c == '\\') {
                out.append('\\').append((char) c);
              } else if (c == '\n') {
                out.append("\\n");
              } else if (c == '\r') {
                out.append("\\r");
              } else if (c == '\t') {
                out.append("\\t");
              } else if (c < 32 || c >= 0x7f && c < 0xa1 || c == 0xad) {
                out.append(String.format("\\x%02x", c));
              } else if (c != 32 && (isSpace(c) || !Character.isDefined(c))) {
                out.append(String.format(c < 0x10000 ? "\\u%04x" : "\\U%08x", c));
              } else {
                out.appendCodePoint(c);
              }
            });
    out.append(quote);
  }

  /** A number as Python prints it: the shortest digits that read back as the same number. */
  static String real(double d) {
    if (Double.isNaN(d) || Double.isInfinite(d)) {
      return Double.isNaN(d) ? "nan" : d > 0 ? "inf" : "-inf";
    }
    if (d == 0) {
      return 1 / d < 0 ? "-0.0" : "0.0";
    }
    BigDecimal exact = new BigDecimal(d);
    BigDecimal digits = exact;
    for (int n = 1; n <= 17; n++) {
      digits = exact.round(new MathContext(n, RoundingMode.HALF_EVEN));
      if (digits.doubleValue() == d) {
        break;
      }
    }
    digits = digits.stripTrailingZeros();
    int exponent = digits.precision() - digits.scale() - 1;
    if (exponent >= -4 && exponent < 16) {
      String plain = digits.toPlainString();
      return plain.contains(".") ? plain : plain + ".0";
    }
    String all = digits.unscaledValue().abs().toString();
    return (d < 0 ? "-" : "")
        + all.charAt(0)
        + (all.length() > 1 ? "." + all.substring(1) : "")
        + "e"
        + (exponent < 0 ? "-" : "+")
        + (Math.abs(exponent) < 10 ? "0" : "")
        + Math.abs(exponent);
  }
}
