package io.github.palimpsest.llm.jinja;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The filters of texts and numbers. */
final class TextFilters {
  private static final Pattern WORD_BEGIN = Pattern.compile("([-\\s(\\{\\[<]++)");
  private static final Pattern NUMBER =
      Pattern.compile("[+-]?+(\\d++\\.?+\\d*+|\\.\\d++)([eE][+-]?\\d++)?+");

  private TextFilters() {}

  static Map<String, Filter> all() {
    Map<String, Filter> all = new TreeMap<>();
    all.put("capitalize", text((s, a) -> StringMethods.capitalized(s)));
    all.put("lower", text((s, a) -> s.toLowerCase(Locale.ROOT)));
    all.put("upper", text((s, a) -> s.toUpperCase(Locale.ROOT)));
    all.put("title", text((s, a) -> titled(s)));
    all.put("string", text((s, a) -> s));
    all.put("safe", text((s, a) -> s));
    for (String name : List.of("e", "escape", "forceescape")) {
      all.put(name, text((s, a) -> escaped(s)));
    }
    all.put("trim", TextFilters::trim);
    all.put("indent", TextFilters::indent);
    all.put("replace", (f, v, a) -> StringMethods.replaced(Texts.of(v, a.budget()), a));
    all.put("center", TextFilters::center);
    all.put("truncate", TextFilters::truncate);
    all.put("format", TextFilters::format);
    all.put("wordcount", TextFilters::wordcount);
    all.put("tojson", (f, v, a) -> Json.filter(v, a));
    all.put("abs", TextFilters::abs);
    all.put("int", TextFilters::whole);
    all.put("float", TextFilters::real);
    all.put("round", TextFilters::round);
    return all;
  }

  private interface OfText {
    String apply(String text, Arguments arguments);
  }

  private static Filter text(OfText filter) {
    return (frame, value, a) -> {
      a.none("a filter of this name");
      return a.budget().text(filter.apply(Texts.of(value, a.budget()), a));
    };
  }

  private static String titled(String s) {
    StringBuilder out = new StringBuilder();
    Matcher gaps = WORD_BEGIN.matcher(s);
    int from = 0;
    while (gaps.find()) {
      out.append(StringMethods.capitalized(s.substring(from, gaps.start()))).append(gaps.group());
      from = gaps.end();
    }
    return out.append(StringMethods.capitalized(s.substring(from))).toString();
  }

  private static String escaped(String s) {
    return s.replace("&", "&amp;")
        .replace(">", "&gt;")
        .replace("<", "&lt;")
        .replace("'", "&#39;")
        .replace("\"", "&#34;");
  }

  private static Object trim(Frame frame, Object value, Arguments a) {
    Object chars = a.bind("trim", 0, "chars")[0];
    boolean space = chars == null || chars == None.NONE;
    return a.budget()
        .text(
            Texts.strip(
                Texts.of(value, a.budget()),
                space ? null : Values.text(chars, "the characters to trim"),
                true,
                true));
  }

  private static Object indent(Frame frame, Object value, Arguments a) {
    @Nullable Object[] bound = a.bind("indent", 0, "width", "first", "blank");
    Object width = bound[0] == null ? 4L : bound[0];
    if (!(width instanceof String) && (Values.integer(width) < 0 || Values.integer(width) > 1000)) {
      throw new TemplateException("an indent must be from 0 to 1000");
    }
    String by = width instanceof String s ? s : " ".repeat((int) Values.integer(width));
    boolean blank = bound[2] != null && Values.isTrue(bound[2]);
    List<Object> lines = StringMethods.lines(Texts.of(value, a.budget()) + "\n");
    StringBuilder out = new StringBuilder();
    for (int i = 0; i < lines.size(); i++) {
      String line = (String) lines.get(i);
      boolean indented =
          i == 0 ? bound[1] != null && Values.isTrue(bound[1]) : blank || !line.isEmpty();
      a.budget().text(line.length() + by.length() + 1L);
      out.append(i > 0 ? "\n" : "").append(indented ? by : "").append(line);
    }
    return out.toString();
  }

  private static Object center(Frame frame, Object value, Arguments a) {
    Object width = a.bind("center", 0, "width")[0];
    return Formatting.padded(
        Texts.of(value, a.budget()),
        width == null ? 80 : Values.integer(width),
        " ",
        "center",
        a.budget());
  }

  private static Object truncate(Frame frame, Object value, Arguments a) {
    @Nullable Object[] bound = a.bind("truncate", 0, "length", "killwords", "end", "leeway");
    String s = Texts.of(value, a.budget());
    long length = bound[0] == null ? 255 : Values.integer(bound[0]);
    String end = bound[2] == null ? "..." : Values.text(bound[2], "the end of a truncated text");
    long leeway = bound[3] == null || bound[3] == None.NONE ? 5 : Values.integer(bound[3]);
    long kept = length - Texts.length(end);
    if (kept < 0 || leeway < 0) {
      throw new TemplateException("'truncate' to " + length + " has no room for its end");
    }
    if (Texts.length(s) <= length + leeway) {
      return s;
    }
    String part = Texts.part(s, 0, (int) kept);
    int space = part.lastIndexOf(' ');
    boolean kill = bound[1] != null && Values.isTrue(bound[1]);
    return a.budget().text((kill || space < 0 ? part : part.substring(0, space)) + end);
  }

  private static Object format(Frame frame, Object value, Arguments a) {
    if (!a.positional().isEmpty() && !a.named().isEmpty()) {
      throw new TemplateException("'format' takes positional or named arguments, not both");
    }
    return Formatting.percent(Texts.of(value, a.budget()), a.positional(), a.named(), a.budget());
  }

  private static Object wordcount(Frame frame, Object value, Arguments a) {
    a.none("wordcount");
    String s = a.budget().text(Texts.of(value, a.budget()));
    return Pattern.compile("[\\p{L}\\p{N}_]++").matcher(s).results().count();
  }

  private static Object abs(Frame frame, Object value, Arguments a) {
    a.none("abs");
    if (value instanceof Double d) {
      return Math.abs(d);
    }
    long n = Values.integer(value);
    return n < 0 ? Arithmetic.negated(n) : n;
  }

  private static Object whole(Frame frame, Object value, Arguments a) {
    @Nullable Object[] bound = a.bind("int", 0, "default", "base");
    Object otherwise = bound[0] == null ? 0L : bound[0];
    long base = bound[1] == null ? 10 : Values.integer(bound[1]);
    if (base < 2 || base > 36) {
      throw new TemplateException("a base must be from 2 to 36, not " + base);
    }
    if (value instanceof String s) {
      String number = Texts.strip(s, null, true, true).replace("_", "");
      try {
        return Long.parseLong(number, (int) base);
      } catch (NumberFormatException e) {
        return NUMBER.matcher(number).matches() && number.length() < 400
            ? (Object) (long) Double.parseDouble(number)
            : otherwise;
      }
    }
    return Values.isNumber(value) ? (Object) (long) Values.real(value) : otherwise;
  }

  private static Object real(Frame frame, Object value, Arguments a) {
    Object given = a.bind("float", 0, "default")[0];
    Object otherwise = given == null ? 0.0 : given;
    if (value instanceof String s) {
      String number = Texts.strip(s, null, true, true).replace("_", "");
      return NUMBER.matcher(number).matches() && number.length() < 400
          ? (Object) Double.parseDouble(number)
          : otherwise;
    }
    return Values.isNumber(value) ? (Object) Values.real(value) : otherwise;
  }

  private static Object round(Frame frame, Object value, Arguments a) {
    @Nullable Object[] bound = a.bind("round", 0, "precision", "method");
    long precision = bound[0] == null ? 0 : Values.integer(bound[0]);
    String method = bound[1] == null ? "common" : Values.text(bound[1], "a method");
    double d = Values.real(value);
    if (precision < 0 || precision > 300 || Double.isNaN(d) || Double.isInfinite(d)) {
      throw new TemplateException("'round' needs a finite number and a precision of 0 to 300");
    }
    double power = Math.pow(10, precision);
    return switch (method) {
      case "common" ->
          new BigDecimal(d).setScale((int) precision, RoundingMode.HALF_EVEN).doubleValue();
      case "ceil" -> Math.ceil(d * power) / power;
      case "floor" -> Math.floor(d * power) / power;
      default ->
          throw new TemplateException("'round' knows common, ceil and floor, not '" + method + "'");
    };
  }
}
