package io.github.palimpsest.llm.jinja;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Cuts a template into tokens with Jinja's rules under {@code trim_blocks} and {@code
 * lstrip_blocks}: the line break after a block or comment and the white space before it on its line
 * vanish; {@code -} removes all white space on its side, {@code +} keeps it.
 */
final class Lexer {
  private static final int MAX_NESTING = 50;
  private static final String SIGN = "([-+]?)";
  private static final Pattern BEGIN = Pattern.compile("\\{([{%#])");
  private static final Pattern RAW_BEGIN =
      Pattern.compile("\\{%" + SIGN + "\\s*+raw\\s*+(-%\\}|%\\})");
  private static final Pattern RAW_END =
      Pattern.compile("\\{%" + SIGN + "\\s*+endraw\\s*+([-+]?)%\\}");
  private static final Pattern NAME = Pattern.compile("[\\p{L}_][\\p{L}\\p{N}_]*+");
  private static final Pattern NUMBER =
      Pattern.compile("\\d[\\d_]*+(\\.\\d[\\d_]*+)?+([eE][+-]?\\d++)?+");
  private static final Pattern INTEGER = Pattern.compile("\\d[\\d_]*+");
  private static final List<String> OPERATORS =
      List.of(
          "//", "**", "==", "!=", ">=", "<=", "+", "-", "/", "*", "%", "~", "[", "]", "(", ")", "{",
          "}", ">", "<", "=", ".", ":", "|", ",", ";");

  private final String name;
  private final String source;
  private final List<Token> tokens = new ArrayList<>();
  private int at;
  private int line = 1;
  private int counted;
  private boolean lineStarting = true;

  private Lexer(String name, String source) {
    this.name = name;
    this.source = source;
  }

  /**
   * The tokens of a template; the last one is the end.
   *
   * @param name the template's name in messages
   */
  static List<Token> tokens(String name, String template) {
    String source = template.replace("\r\n", "\n").replace('\r', '\n');
    if (source.endsWith("\n")) {
      source = source.substring(0, source.length() - 1);
    }
    return new Lexer(name, source).all();
  }

  private List<Token> all() {
    Matcher begin = BEGIN.matcher(source);
    while (at < source.length()) {
      if (!begin.find(at)) {
        data(source.substring(at));
        at = source.length();
        break;
      }
      int from = begin.start();
      char kind = begin.group(1).charAt(0);
      Matcher raw = RAW_BEGIN.matcher(source).region(from, source.length());
      boolean isRaw = kind == '%' && raw.lookingAt();
      char sign = from + 2 < source.length() ? source.charAt(from + 2) : ' ';
      before(source.substring(at, from), sign, kind);
      at = from;
      if (isRaw) {
        at = raw.end();
        raw(raw.group(2).startsWith("-"));
      } else {
        at = from + (sign == '-' || sign == '+' ? 3 : 2);
        lineStarting = false;
        switch (kind) {
          case '#' -> comment();
          case '%' -> code(Token.Kind.BLOCK_BEGIN, Token.Kind.BLOCK_END, "%}");
          default -> code(Token.Kind.VARIABLE_BEGIN, Token.Kind.VARIABLE_END, "}}");
        }
      }
    }
    add(Token.Kind.END, "");
    return tokens;
  }

  /** Adds the text before a tag, without the white space that the tag removes. */
  private void before(String text, char sign, char kind) {
    String kept = text;
    if (sign == '-') {
      kept = Texts.strip(text, null, false, true);
    } else if (sign != '+' && kind != '{') {
      int from = text.lastIndexOf('\n') + 1;
      if ((from > 0 || lineStarting)
          && Texts.strip(text.substring(from), null, true, false).isEmpty()) {
        kept = text.substring(0, from);
      }
    }
    data(kept);
  }

  private void data(String text) {
    if (!text.isEmpty()) {
      add(Token.Kind.DATA, text);
    }
  }

  private void add(Token.Kind kind, String text) {
    for (; counted < at; counted++) {
      line += source.charAt(counted) == '\n' ? 1 : 0;
    }
    tokens.add(new Token(kind, text, line));
  }

  private void raw(boolean strip) {
    if (strip) {
      skipSpace();
    }
    Matcher end = RAW_END.matcher(source);
    if (!end.find(at)) {
      throw problem("'raw' has no 'endraw'");
    }
    String text = source.substring(at, end.start());
    char sign = end.group(1).isEmpty() ? ' ' : end.group(1).charAt(0);
    lineStarting = false;
    before(text, sign, '%');
    at = end.end();
    closed(end.group(2), true);
  }

  private void comment() {
    int end = source.indexOf("#}", at);
    if (end < 0) {
      throw problem("a comment has no end '#}'");
    }
    char sign = end > at ? source.charAt(end - 1) : ' ';
    at = end + 2;
    closed(sign == '-' || sign == '+' ? "" + sign : "", true);
  }

  /** After the end of a tag: removes the white space that its sign, or its kind, removes. */
  private void closed(String sign, boolean block) {
    int from = at;
    if (sign.equals("-")) {
      skipSpace();
    } else if (block && sign.isEmpty() && at < source.length() && source.charAt(at) == '\n') {
      at++;
    }
    lineStarting = at > from && source.charAt(at - 1) == '\n';
  }

  private void skipSpace() {
    while (at < source.length() && Texts.isSpace(source.charAt(at))) {
      at++;
    }
  }

  private void code(Token.Kind begin, Token.Kind end, String close) {
    boolean block = end == Token.Kind.BLOCK_END;
    add(begin, block ? "{%" : "{{");
    Deque<Character> open = new ArrayDeque<>();
    while (true) {
      skipSpace();
      if (at >= source.length()) {
        throw problem("a tag has no end '" + close + "'");
      }
      boolean signed =
          source.startsWith(close, at + 1)
              && (source.charAt(at) == '-' || block && source.charAt(at) == '+');
      if (open.isEmpty() && (signed || source.startsWith(close, at))) {
        String sign = signed ? source.substring(at, at + 1) : "";
        add(end, close);
        at += sign.length() + 2;
        closed(sign, block);
        return;
      }
      next(open);
    }
  }

  private void next(Deque<Character> open) {
    char c = source.charAt(at);
    if (c == '\'' || c == '"') {
      string(c);
    } else if (c >= '0' && c <= '9') {
      boolean item = !tokens.isEmpty() && tokens.get(tokens.size() - 1).isOperator(".");
      Matcher number = (item ? INTEGER : NUMBER).matcher(source).region(at, source.length());
      number.lookingAt();
      boolean whole = item || number.group(1) == null && number.group(2) == null;
      add(whole ? Token.Kind.INTEGER : Token.Kind.FLOAT, number.group().replace("_", ""));
      at = number.end();
    } else {
      Matcher name = NAME.matcher(source).region(at, source.length());
      if (name.lookingAt()) {
        add(Token.Kind.NAME, name.group());
        at = name.end();
      } else {
        operator(open);
      }
    }
  }

  private void operator(Deque<Character> open) {
    String operator =
        OPERATORS.stream()
            .filter(o -> source.startsWith(o, at))
            .findFirst()
            .orElseThrow(
                () ->
                    problem(
                        "unexpected character '"
                            + new String(Character.toChars(source.codePointAt(at)))
                            + "'"));
    add(Token.Kind.OPERATOR, operator);
    at += operator.length();
    switch (operator) {
      case "(" -> open.push(')');
      case "[" -> open.push(']');
      case "{" -> open.push('}');
      case ")", "]", "}" -> {
        if (open.isEmpty() || open.pop() != operator.charAt(0)) {
          throw problem("'" + operator + "' closes nothing");
        }
      }
      default -> {}
    }
    if (open.size() > MAX_NESTING) {
      throw problem("brackets are nested more than " + MAX_NESTING + " deep");
    }
  }

  private void string(char quote) {
    int end = at + 1;
    while (end < source.length() && source.charAt(end) != quote) {
      end += source.charAt(end) == '\\' ? 2 : 1;
    }
    if (end >= source.length()) {
      throw problem("a text has no end " + quote);
    }
    add(Token.Kind.STRING, Texts.unescaped(source.substring(at + 1, end)));
    at = end + 1;
  }

  private TemplateException problem(String what) {
    add(Token.Kind.END, "");
    return new TemplateException(what).at(name, line);
  }
}
