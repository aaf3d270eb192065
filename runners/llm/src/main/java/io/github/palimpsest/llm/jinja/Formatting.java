package io.github.palimpsest.llm.jinja;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Texts with places for values: {@code '{}'.format()} and {@code '%s' % value}. */
final class Formatting {
  private static final Pattern BRACES =
      Pattern.compile("\\{\\{|\\}\\}|\\{([A-Za-z0-9_]*+)\\}|[{}]");
  private static final Pattern PERCENT =
      Pattern.compile("%(?:\\(([^)]*+)\\))?+(0?\\d{0,3}+)(\\.\\d{1,2}+)?+([a-zA-Z%]|$)");

  private Formatting() {}

  /** Python's {@code format}, without format specifications. */
  static String braces(String text, Arguments a) {
    Matcher places = BRACES.matcher(text);
    StringBuilder out = new StringBuilder();
    int from = 0;
    int next = 0;
    while (places.find()) {
      out.append(text, from, places.start());
      from = places.end();
      String name = places.group(1);
      if (name == null) {
        if (places.group().length() == 1) {
          throw new TemplateException(
              "'format' supports {}, {0} and {name} without a specification");
        }
        out.append(places.group().charAt(0));
        continue;
      }
      String value = Texts.of(value(name, next, a), a.budget());
      next += name.isEmpty() ? 1 : 0;
      a.budget().text(value.length());
      out.append(value);
    }
    return a.budget().text(out.append(text.substring(from)).toString());
  }

  private static Object value(String name, int next, Arguments a) {
    boolean position = name.isEmpty() || name.matches("\\d{1,4}");
    int at = name.isEmpty() ? next : position ? Integer.parseInt(name) : -1;
    Object value =
        position ? at < a.positional().size() ? a.positional().get(at) : null : a.named().get(name);
    if (value == null) {
      throw new TemplateException("'format' has no value for {" + name + "}");
    }
    return value;
  }

  /** Python's {@code %} for texts: {@code s}, {@code r}, {@code d}, {@code i}, {@code f}. */
  static String percent(String text, List<Object> values, Map<?, ?> named, Budget budget) {
    Matcher places = PERCENT.matcher(text);
    StringBuilder out = new StringBuilder();
    int from = 0;
    int next = 0;
    while (places.find(from)) {
      out.append(text, from, places.start());
      from = places.end();
      String kind = places.group(4);
      if (kind.equals("%")) {
        out.append('%');
        continue;
      }
      String name = places.group(1);
      Object value =
          name != null ? named.get(name) : next < values.size() ? values.get(next++) : null;
      if (value == null) {
        throw new TemplateException("'" + places.group() + "' has no value");
      }
      String width = places.group(2);
      String made = one(kind, places.group(3), value, budget);
      String padded =
          width.isEmpty()
              ? made
              : padded(
                  made,
                  Long.parseLong(width),
                  width.startsWith("0") ? "0" : " ",
                  width.startsWith("0") ? "zfill" : "rjust",
                  budget);
      budget.text(padded.length());
      out.append(padded);
    }
    if (next < values.size()) {
      throw new TemplateException("not all values have a place in '" + Texts.shortened(text) + "'");
    }
    return budget.text(out.append(text.substring(from)).toString());
  }

  private static String one(String kind, @Nullable String precision, Object value, Budget budget) {
    switch (kind) {
      case "s":
        String text = Texts.of(value, budget);
        return precision == null
            ? text
            : Texts.part(
                text, 0, Math.min(Texts.length(text), Integer.parseInt(precision.substring(1))));
      case "r":
        return Texts.represented(value, budget);
      case "d", "i":
        return Long.toString((long) Values.real(value));
      case "f":
        return new BigDecimal(Values.real(value))
            .setScale(
                precision == null ? 6 : Integer.parseInt(precision.substring(1)),
                RoundingMode.HALF_EVEN)
            .toPlainString();
      default:
        throw new TemplateException("the format '%" + kind + "' is not supported");
    }
  }

  /**
   * A text filled up to a width.
   *
   * @param how {@code ljust}, {@code rjust}, {@code center} or {@code zfill}
   */
  static String padded(String text, long width, String fill, String how, Budget budget) {
    long missing = width - Texts.length(text);
    if (missing <= 0) {
      return text;
    }
    budget.text(width);
    long left =
        switch (how) {
          case "ljust" -> 0;
          case "center" -> missing / 2 + (missing & width & 1);
          default -> missing;
        };
    boolean sign = how.equals("zfill") && (text.startsWith("-") || text.startsWith("+"));
    return (sign ? text.substring(0, 1) : "")
        + fill.repeat((int) left)
        + (sign ? text.substring(1) : text)
        + fill.repeat((int) (missing - left));
  }
}
