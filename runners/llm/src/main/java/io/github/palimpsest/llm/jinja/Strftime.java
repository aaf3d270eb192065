package io.github.palimpsest.llm.jinja;

import java.time.LocalDate;
import java.time.format.TextStyle;
import java.time.temporal.IsoFields;
import java.util.Locale;

/** Dates as C's {@code strftime} writes them in English, at midnight. */
final class Strftime {
  private Strftime() {}

  static String of(String format, LocalDate date) {
    StringBuilder out = new StringBuilder();
    for (int i = 0; i < format.length(); i++) {
      char c = format.charAt(i);
      if (c != '%' || i + 1 == format.length()) {
        out.append(c);
        continue;
      }
      char kind = format.charAt(++i);
      boolean bare = kind == '-' && i + 1 < format.length();
      String part = part(bare ? format.charAt(++i) : kind, date);
      out.append(bare && part.length() > 1 && part.startsWith("0") ? part.substring(1) : part);
    }
    return out.toString();
  }

  private static String part(char kind, LocalDate d) {
    return switch (kind) {
      case 'Y' -> String.format(Locale.ROOT, "%04d", d.getYear());
      case 'y' -> two(d.getYear() % 100);
      case 'C' -> two(d.getYear() / 100);
      case 'm' -> two(d.getMonthValue());
      case 'd' -> two(d.getDayOfMonth());
      case 'e' -> String.format(Locale.ROOT, "%2d", d.getDayOfMonth());
      case 'j' -> String.format(Locale.ROOT, "%03d", d.getDayOfYear());
      case 'B' -> d.getMonth().getDisplayName(TextStyle.FULL, Locale.ENGLISH);
      case 'b', 'h' -> d.getMonth().getDisplayName(TextStyle.FULL, Locale.ENGLISH).substring(0, 3);
      case 'A' -> d.getDayOfWeek().getDisplayName(TextStyle.FULL, Locale.ENGLISH);
      case 'a' -> d.getDayOfWeek().getDisplayName(TextStyle.FULL, Locale.ENGLISH).substring(0, 3);
      case 'u' -> "" + d.getDayOfWeek().getValue();
      case 'w' -> "" + d.getDayOfWeek().getValue() % 7;
      case 'V' -> two(d.get(IsoFields.WEEK_OF_WEEK_BASED_YEAR));
      case 'G' -> "" + d.get(IsoFields.WEEK_BASED_YEAR);
      case 'F' -> of("%Y-%m-%d", d);
      case 'D', 'x' -> of("%m/%d/%y", d);
      case 'H', 'M', 'S' -> "00";
      case 'I' -> "12";
      case 'p' -> "AM";
      case 'f' -> "000000";
      case 'T', 'X' -> "00:00:00";
      case 'R' -> "00:00";
      case 'c' -> of("%a %b %e %T %Y", d);
      case 'Z', 'z' -> "";
      case 'n' -> "\n";
      case 't' -> "\t";
      case '%' -> "%";
      default -> throw new TemplateException("strftime_now does not know '%" + kind + "'");
    };
  }

  private static String two(int number) {
    return String.format(Locale.ROOT, "%02d", number);
  }
}
