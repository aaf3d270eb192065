package io.github.palimpsest.api.recipe;

import io.github.palimpsest.api.Stable;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * A recipe as written: components joined by {@code +}, then weight mergers each after a {@code |}.
 *
 * <pre>
 * recipe    = call { "+" call } { "|" call }
 * call      = name [ "(" [ key "=" value { "," key "=" value } ] ")" ]
 * value     = number | "true" | "false" | '"' text '"' | call | "[" [ value { "," value } ] "]"
 * name, key = letter { letter | digit | "-" | "_" | "." }
 * number    = [ "+" | "-" ] decimal digits with at most one "." [ "e" [ "+" | "-" ] digits ]
 * </pre>
 *
 * <p>White space between these parts means nothing. Values nest at most {@value #MAX_DEPTH} deep.
 *
 * <p>{@code toString} is the canonical text; parsing it gives an equal recipe (rule REC-01).
 *
 * @param sum the components joined by {@code +}, as written
 * @param pipe the mergers after {@code |}, in order
 */
@Stable(since = "0.1")
public record RecipeText(List<Value.Call> sum, List<Value.Call> pipe) {
  /**
   * The maximum depth of nested values: far beyond any recipe, and far below the limit of the
   * stack.
   */
  static final int MAX_DEPTH = 64;

  /**
   * Copies the lists.
   *
   * @throws IllegalArgumentException if {@code sum} is empty, which no text can express
   */
  public RecipeText {
    if (sum.isEmpty()) {
      throw new IllegalArgumentException("a recipe names at least one component");
    }
    sum = List.copyOf(sum);
    pipe = List.copyOf(pipe);
  }

  /**
   * Reads a whole recipe.
   *
   * @throws RecipeSyntaxException with the place, if the text does not follow the grammar
   */
  public static RecipeText parse(String text) {
    Parser p = new Parser(text);
    List<Value.Call> sum = new ArrayList<>();
    List<Value.Call> pipe = new ArrayList<>();
    sum.add(p.call());
    while (p.accept('+')) {
      sum.add(p.call());
    }
    while (p.accept('|')) {
      pipe.add(p.call());
    }
    p.end();
    return new RecipeText(sum, pipe);
  }

  /**
   * Reads one value, for example a component of an axis or a number.
   *
   * @throws RecipeSyntaxException with the place, if the text does not follow the grammar
   */
  public static Value parseValue(String text) {
    Parser p = new Parser(text);
    Value v = p.value();
    p.end();
    return v;
  }

  @Override
  public String toString() {
    return sum.stream().map(Value.Call::toString).collect(Collectors.joining(" + "))
        + pipe.stream().map(c -> " | " + c).collect(Collectors.joining());
  }

  private static final class Parser {
    private final String text;
    private int at;
    private int depth;

    Parser(String text) {
      this.text = text;
    }

    Value.Call call() {
      skipSpace();
      int start = at;
      String name = name("a component name");
      if (name.equals("true") || name.equals("false")) {
        throw error(start, "'" + name + "' is not a component name");
      }
      return call(name);
    }

    private Value.Call call(String name) {
      TreeMap<String, Value> arguments = new TreeMap<>();
      boolean hasArguments = accept('(') && !accept(')'); // "sam()" is "sam"
      if (hasArguments) {
        do {
          skipSpace();
          int start = at;
          String key = name("a setting name");
          if (arguments.containsKey(key)) {
            throw error(start, "setting '" + key + "' is given twice");
          }
          expect('=');
          arguments.put(key, value());
        } while (accept(','));
        expect(')');
      }
      return new Value.Call(name, arguments);
    }

    Value value() {
      skipSpace();
      if (++depth > MAX_DEPTH) {
        throw error(at, "values nest more than " + MAX_DEPTH + " deep");
      }
      Value value = valueHere();
      depth--;
      return value;
    }

    private Value valueHere() {
      char c = at < text.length() ? text.charAt(at) : '\0';
      if (c == '"') {
        return quoted();
      }
      if (c == '[') {
        return items();
      }
      if (c == '-' || c == '+' || c == '.' || isDigit(c)) {
        return number();
      }
      String name = name("a value");
      return switch (name) {
        case "true" -> new Value.Flag(true);
        case "false" -> new Value.Flag(false);
        default -> call(name);
      };
    }

    private Value items() {
      expect('[');
      List<Value> values = new ArrayList<>();
      if (!accept(']')) {
        do {
          values.add(value());
        } while (accept(','));
        expect(']');
      }
      return new Value.Items(values);
    }

    private Value quoted() {
      int start = at++;
      StringBuilder out = new StringBuilder();
      while (at < text.length() && text.charAt(at) != '"') {
        int escape = at;
        char c = text.charAt(at++);
        if (c == '\\') {
          char escaped = at < text.length() ? text.charAt(at++) : '\0';
          out.append(
              switch (escaped) {
                case '"', '\\' -> escaped;
                case 'n' -> '\n';
                case 't' -> '\t';
                default -> throw error(escape, "unknown escape in text");
              });
        } else {
          out.append(c);
        }
      }
      if (at >= text.length()) {
        throw error(start, "text without a closing '\"'");
      }
      at++;
      return new Value.Text(out.toString());
    }

    private Value number() {
      int start = at;
      while (at < text.length() && isNumberPart(at, start)) {
        at++;
      }
      String digits = text.substring(start, at);
      try {
        double value = Double.parseDouble(digits);
        boolean vanished = value == 0 && digits.split("[eE]")[0].matches(".*[1-9].*");
        if (Double.isInfinite(value) || vanished) {
          throw error(start, "number " + digits + " is out of range");
        }
        return new Value.Num(value);
      } catch (NumberFormatException e) {
        throw error(start, "'" + digits + "' is not a number");
      }
    }

    private boolean isNumberPart(int index, int start) {
      char c = text.charAt(index);
      boolean signAllowed =
          index == start || text.charAt(index - 1) == 'e' || text.charAt(index - 1) == 'E';
      return isDigit(c)
          || c == '.'
          || c == 'e'
          || c == 'E'
          || ((c == '-' || c == '+') && signAllowed);
    }

    private String name(String wanted) {
      skipSpace();
      int start = at;
      while (at < text.length() && isNamePart(text.charAt(at), at == start)) {
        at++;
      }
      if (at == start) {
        String found = at < text.length() ? "'" + text.charAt(at) + "'" : "the end";
        throw error(at, "expected " + wanted + ", found " + found);
      }
      return text.substring(start, at);
    }

    boolean accept(char c) {
      skipSpace();
      if (at < text.length() && text.charAt(at) == c) {
        at++;
        return true;
      }
      return false;
    }

    private void expect(char c) {
      if (!accept(c)) {
        String found = at < text.length() ? "'" + text.charAt(at) + "'" : "the end";
        throw error(at, "expected '" + c + "', found " + found);
      }
    }

    void end() {
      skipSpace();
      if (at < text.length()) {
        throw error(at, "expected the end, found '" + text.charAt(at) + "'");
      }
    }

    private void skipSpace() {
      while (at < text.length() && Character.isWhitespace(text.charAt(at))) {
        at++;
      }
    }

    private RecipeSyntaxException error(int offset, String problem) {
      return new RecipeSyntaxException(text, offset, problem);
    }

    private static boolean isDigit(char c) {
      return c >= '0' && c <= '9';
    }

    private static boolean isNamePart(char c, boolean first) {
      boolean letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
      return letter || (!first && (isDigit(c) || c == '-' || c == '_' || c == '.'));
    }
  }
}
