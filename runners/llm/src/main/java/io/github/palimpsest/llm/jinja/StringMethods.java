package io.github.palimpsest.llm.jinja;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.function.IntPredicate;
import org.jspecify.annotations.Nullable;

/** Python's methods of texts, as far as they only read the text. */
final class StringMethods {
  private StringMethods() {}

  /** A method of a text; null if there is none. */
  static @Nullable Callable of(String s, String name) {
    return switch (name) {
      case "strip" -> a -> strip(s, a, name, true, true);
      case "lstrip" -> a -> strip(s, a, name, true, false);
      case "rstrip" -> a -> strip(s, a, name, false, true);
      case "upper" -> plain(name, b -> b.text(s.toUpperCase(Locale.ROOT)));
      case "lower", "casefold" -> plain(name, b -> b.text(s.toLowerCase(Locale.ROOT)));
      case "capitalize" -> plain(name, b -> b.text(capitalized(s)));
      case "title" -> plain(name, b -> b.text(titled(s)));
      case "swapcase" -> plain(name, b -> b.text(swapped(s)));
      case "isdigit", "isdecimal", "isnumeric" -> all(name, s, Character::isDigit);
      case "isalpha" -> all(name, s, Character::isLetter);
      case "isalnum" -> all(name, s, Character::isLetterOrDigit);
      case "isspace" -> all(name, s, Texts::isSpace);
      case "isupper" -> plain(name, b -> isCase(s, Character::isUpperCase, Character::isLowerCase));
      case "islower" -> plain(name, b -> isCase(s, Character::isLowerCase, Character::isUpperCase));
      case "startswith" -> a -> matches(s, a, name, true);
      case "endswith" -> a -> matches(s, a, name, false);
      case "split", "rsplit" -> a -> split(s, a, name);
      case "splitlines" -> plain(name, b -> counted(lines(s), b, s));
      case "partition", "rpartition" -> a -> partition(s, a, name);
      case "replace" -> a -> replaced(s, a);
      case "removeprefix" ->
          a -> {
            String prefix = Values.text(a.one(name, "prefix"), "a prefix");
            return a.budget().text(s.startsWith(prefix) ? s.substring(prefix.length()) : s);
          };
      case "removesuffix" ->
          a -> {
            String suffix = Values.text(a.one(name, "suffix"), "a suffix");
            boolean ends = !suffix.isEmpty() && s.endsWith(suffix);
            return a.budget().text(ends ? s.substring(0, s.length() - suffix.length()) : s);
          };
      case "find", "rfind", "index", "rindex" -> a -> found(s, a, name);
      case "count" ->
          a -> {
            String part = Values.text(a.one(name, "sub"), "what is counted");
            a.budget().text(s.length());
            return part.isEmpty() ? Texts.length(s) + 1L : pieces(s, part, -1).size() - 1L;
          };
      case "join" ->
          a -> {
            StringBuilder out = new StringBuilder();
            String between = "";
            for (Object item : Values.items(a.one(name, "iterable"), a.budget())) {
              String text = Values.text(item, "an item to join");
              a.budget().text(between.length() + (long) text.length());
              out.append(between).append(text);
              between = s;
            }
            return out.toString();
          };
      case "center", "ljust", "rjust", "zfill" -> a -> padded(s, a, name);
      case "format" -> a -> Formatting.braces(s, a);
      default -> null;
    };
  }

  /** A method without arguments. */
  private interface Plain {
    Object of(Budget budget);
  }

  private static Callable plain(String name, Plain method) {
    return a -> {
      a.none(name);
      return method.of(a.budget());
    };
  }

  private static Callable all(String name, String s, IntPredicate each) {
    return plain(
        name,
        b -> {
          b.text(s.length());
          return !s.isEmpty() && s.codePoints().allMatch(each);
        });
  }

  private static boolean isCase(String s, IntPredicate wanted, IntPredicate other) {
    return s.codePoints().anyMatch(wanted) && s.codePoints().noneMatch(other);
  }

  private static Object strip(String s, Arguments a, String name, boolean left, boolean right) {
    Object chars = a.bind(name, 0, "chars")[0];
    boolean space = chars == null || chars == None.NONE;
    return a.budget()
        .text(
            Texts.strip(
                s, space ? null : Values.text(chars, "the characters to strip"), left, right));
  }

  static String capitalized(String s) {
    if (s.isEmpty()) {
      return s;
    }
    int first = s.offsetByCodePoints(0, 1);
    return s.substring(0, first).toUpperCase(Locale.ROOT)
        + s.substring(first).toLowerCase(Locale.ROOT);
  }

  private static String titled(String s) {
    StringBuilder out = new StringBuilder();
    boolean inWord = false;
    for (int c : s.codePoints().toArray()) {
      out.appendCodePoint(inWord ? Character.toLowerCase(c) : Character.toTitleCase(c));
      inWord = Character.isLetter(c);
    }
    return out.toString();
  }

  private static String swapped(String s) {
    StringBuilder out = new StringBuilder();
    s.codePoints()
        .map(c -> Character.isUpperCase(c) ? Character.toLowerCase(c) : Character.toUpperCase(c))
        .forEach(out::appendCodePoint);
    return out.toString();
  }

  private static Object matches(String s, Arguments a, String name, boolean start) {
    Object wanted = a.one(name, start ? "prefix" : "suffix");
    List<?> all = wanted instanceof Tuple tuple ? tuple : List.of(wanted);
    return all.stream()
        .map(part -> Values.text(part, start ? "a prefix" : "a suffix"))
        .anyMatch(part -> start ? s.startsWith(part) : s.endsWith(part));
  }

  private static Object split(String s, Arguments a, String name) {
    @Nullable Object[] bound = a.bind(name, 0, "sep", "maxsplit");
    int most = bound[1] == null ? -1 : (int) Math.min(Integer.MAX_VALUE, Values.integer(bound[1]));
    Object separator = bound[0];
    boolean last = name.equals("rsplit");
    List<Object> parts;
    if (separator == null || separator == None.NONE) {
      parts = last && most >= 0 ? wordsFromEnd(s, most) : words(s, most);
    } else {
      String text = Values.text(separator, "a separator");
      if (text.isEmpty()) {
        throw new TemplateException("'" + name + "' needs a separator that is not empty");
      }
      parts = last && most >= 0 ? piecesFromEnd(s, text, most) : pieces(s, text, most);
    }
    return counted(parts, a.budget(), s);
  }

  private static List<Object> counted(List<Object> parts, Budget budget, String s) {
    budget.text(s.length());
    budget.steps(parts.size());
    return parts;
  }

  private static List<Object> pieces(String s, String separator, int most) {
    List<Object> parts = new ArrayList<>();
    int from = 0;
    int at = s.indexOf(separator);
    while (at >= 0 && (most < 0 || parts.size() < most)) {
      parts.add(s.substring(from, at));
      from = at + separator.length();
      at = s.indexOf(separator, from);
    }
    parts.add(s.substring(from));
    return parts;
  }

  private static List<Object> piecesFromEnd(String s, String separator, int most) {
    List<Object> parts = new ArrayList<>();
    int to = s.length();
    int at = s.lastIndexOf(separator);
    while (at >= 0 && parts.size() < most) {
      parts.add(s.substring(at + separator.length(), to));
      to = at;
      at = s.lastIndexOf(separator, at - separator.length());
    }
    parts.add(s.substring(0, to));
    Collections.reverse(parts);
    return parts;
  }

  private static List<Object> words(String s, int most) {
    List<Object> parts = new ArrayList<>();
    int from = skip(s, 0, true);
    while (from < s.length()) {
      int end = most >= 0 && parts.size() == most ? s.length() : skip(s, from, false);
      parts.add(s.substring(from, end));
      from = skip(s, end, true);
    }
    return parts;
  }

  /** The first place from which on there is no more white space, or no more text, in a row. */
  private static int skip(String s, int from, boolean space) {
    int at = from;
    while (at < s.length() && Texts.isSpace(s.charAt(at)) == space) {
      at++;
    }
    return at;
  }

  private static List<Object> wordsFromEnd(String s, int most) {
    List<Object> parts = new ArrayList<>();
    int to = skipBack(s, s.length(), true);
    while (to > 0) {
      int from = parts.size() == most ? skip(s, 0, true) : skipBack(s, to, false);
      parts.add(parts.size() == most ? s.substring(0, to) : s.substring(from, to));
      to = parts.size() > most ? 0 : skipBack(s, from, true);
    }
    Collections.reverse(parts);
    return parts;
  }

  private static int skipBack(String s, int from, boolean space) {
    int at = from;
    while (at > 0 && Texts.isSpace(s.charAt(at - 1)) == space) {
      at--;
    }
    return at;
  }

  static List<Object> lines(String s) {
    List<Object> lines = new ArrayList<>();
    int from = 0;
    for (int i = 0; i < s.length(); i++) {
      char c = s.charAt(i);
      if (c >= 10 && c <= 13 || c >= 28 && c <= 30 || c == 0x85 || c == 0x2028 || c == 0x2029) {
        lines.add(s.substring(from, i));
        i += c == '\r' && i + 1 < s.length() && s.charAt(i + 1) == '\n' ? 1 : 0;
        from = i + 1;
      }
    }
    if (from < s.length()) {
      lines.add(s.substring(from));
    }
    return lines;
  }

  private static Object partition(String s, Arguments a, String name) {
    String separator = Values.text(a.one(name, "sep"), "a separator");
    if (separator.isEmpty()) {
      throw new TemplateException("'" + name + "' needs a separator that is not empty");
    }
    a.budget().text(s.length());
    boolean first = name.equals("partition");
    int at = first ? s.indexOf(separator) : s.lastIndexOf(separator);
    return at < 0
        ? new Tuple(first ? List.of(s, "", "") : List.of("", "", s))
        : new Tuple(List.of(s.substring(0, at), separator, s.substring(at + separator.length())));
  }

  static String replaced(String s, Arguments a) {
    @Nullable Object[] bound = a.bind("replace", 2, "old", "new", "count");
    String old = Values.text(bound[0] == null ? None.NONE : bound[0], "what is replaced");
    String now = Values.text(bound[1] == null ? None.NONE : bound[1], "the replacement");
    long most = bound[2] == null || bound[2] == None.NONE ? -1 : Values.integer(bound[2]);
    a.budget().text(s.length());
    StringBuilder out = new StringBuilder();
    int from = 0;
    long done = 0;
    while (most < 0 || done < most) {
      int at = s.indexOf(old, old.isEmpty() && done > 0 ? from + 1 : from);
      if (at < 0 || old.isEmpty() && done > 0 && from >= s.length()) {
        break;
      }
      a.budget().text(now.length());
      out.append(s, from, at).append(now);
      from = at + old.length();
      done++;
    }
    return out.append(s.substring(from)).toString();
  }

  private static Object found(String s, Arguments a, String name) {
    String part = Values.text(a.one(name, "sub"), "what is looked for");
    a.budget().text(s.length());
    int at = name.startsWith("r") ? s.lastIndexOf(part) : s.indexOf(part);
    if (at < 0 && name.endsWith("index")) {
      throw new TemplateException("'" + name + "' does not find the text");
    }
    return at < 0 ? -1L : (long) s.codePointCount(0, at);
  }

  private static Object padded(String s, Arguments a, String name) {
    @Nullable Object[] bound = a.bind(name, 1, "width", "fillchar");
    long width = bound[0] == null ? 0 : Values.integer(bound[0]);
    String fill =
        bound[1] == null ? (name.equals("zfill") ? "0" : " ") : Values.text(bound[1], "a filling");
    if (Texts.length(fill) != 1) {
      throw new TemplateException("'" + name + "' fills with one character");
    }
    return Formatting.padded(s, width, fill, name, a.budget());
  }
}
