package io.github.palimpsest.llm.jinja;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/** Reads the text and the tags of a template. */
final class StatementParser {
  private static final int MAX_DEPTH = 60;
  private static final Set<String> FILES = Set.of("include", "import", "from", "extends", "block");

  private final TokenStream tokens;
  private final ExpressionParser expressions;
  private int depth;
  private int loops;
  private boolean inGeneration;
  private boolean generation;

  StatementParser(TokenStream tokens) {
    this.tokens = tokens;
    this.expressions = new ExpressionParser(tokens);
  }

  boolean hasGeneration() {
    return generation;
  }

  Statement all() {
    Statement body = until(Set.of());
    if (!tokens.isAt(Token.Kind.END)) {
      throw tokens.problem("the tag " + tokens.current().described() + " closes nothing");
    }
    return body;
  }

  /** Statements up to a tag of one of these names, which is the next token then. */
  private Statement until(Set<String> ends) {
    if (++depth > MAX_DEPTH) {
      throw tokens.problem("tags are nested more than " + MAX_DEPTH + " deep");
    }
    List<Statement> statements = new ArrayList<>();
    List<Integer> lines = new ArrayList<>();
    while (!tokens.isAt(Token.Kind.END)) {
      Token t = tokens.next();
      int line = t.line();
      if (t.kind() == Token.Kind.DATA) {
        statements.add(new Statement.Text(t.text()));
      } else if (t.kind() == Token.Kind.VARIABLE_BEGIN) {
        statements.add(new Statement.Print(expressions.tuple(true)));
        tokens.expect(Token.Kind.VARIABLE_END, "'}}'");
      } else {
        String name = tokens.isAt(Token.Kind.NAME) ? tokens.current().text() : "";
        if (ends.contains(name) || ends.isEmpty() && name.startsWith("end")) {
          break;
        }
        statements.add(tag());
      }
      lines.add(line);
    }
    if (tokens.isAt(Token.Kind.END) && !ends.isEmpty()) {
      throw tokens.unexpected("one of the tags " + String.join(", ", new TreeSet<>(ends)));
    }
    depth--;
    return new Statement.Block(tokens.name(), statements, lines);
  }

  private Statement tag() {
    String name = tokens.expect(Token.Kind.NAME, "the name of a tag").text();
    return switch (name) {
      case "if" -> conditional();
      case "for" -> loop();
      case "set" -> set();
      case "macro" -> macro();
      case "call" -> call();
      case "filter" -> filter();
      case "with" -> with();
      case "generation" -> generation();
      case "break", "continue" -> jump(name);
      case "print" -> {
        Statement print = new Statement.Print(expressions.tuple(true));
        end();
        yield print;
      }
      default ->
          throw tokens.problem(
              FILES.contains(name)
                  ? "the tag '" + name + "' is not supported: a chat template is one text"
                  : "no tag '" + name + "'");
    };
  }

  private void end() {
    tokens.expect(Token.Kind.BLOCK_END, "'%}'");
  }

  /** Statements up to a tag, with that tag. */
  private Statement body(String close) {
    end();
    Statement body = until(Set.of(close));
    tokens.expectName(close);
    return body;
  }

  /** As {@link #body}, for a block that is printed by itself: no loop around it is left. */
  private Statement detached(String close) {
    int outer = loops;
    loops = 0;
    Statement body = body(close);
    loops = outer;
    return body;
  }

  private Statement conditional() {
    List<Expression> conditions = new ArrayList<>();
    List<Statement> blocks = new ArrayList<>();
    do {
      conditions.add(expressions.tuple(true));
      end();
      blocks.add(until(Set.of("elif", "else", "endif")));
    } while (tokens.skipName("elif"));
    Statement otherwise = null;
    if (tokens.skipName("else")) {
      end();
      otherwise = until(Set.of("endif"));
    }
    tokens.expectName("endif");
    end();
    return new Statement.If(conditions, blocks, otherwise);
  }

  private Statement loop() {
    Statement.Target target = target(false);
    tokens.expectName("in");
    Expression of = expressions.tuple(false);
    Expression condition = tokens.skipName("if") ? expressions.expression() : null;
    boolean recursive = tokens.skipName("recursive");
    end();
    loops++;
    Statement body = until(Set.of("endfor", "else"));
    loops--;
    Statement otherwise = null;
    if (tokens.skipName("else")) {
      end();
      otherwise = until(Set.of("endfor"));
    }
    tokens.expectName("endfor");
    end();
    return new Statement.For(target, of, condition, body, otherwise, recursive);
  }

  private Statement.Target target(boolean attribute) {
    boolean bracket = tokens.skipOperator("(");
    List<String> names = new ArrayList<>(List.of(name()));
    if (attribute && !bracket && tokens.skipOperator(".")) {
      String within = tokens.expect(Token.Kind.NAME, "a name").text();
      return new Statement.Target(names, true, within);
    }
    boolean single = true;
    while (tokens.skipOperator(",")) {
      single = false;
      if (tokens.isAt(Token.Kind.NAME) && !tokens.current().isName("in")) {
        names.add(name());
      }
    }
    if (bracket) {
      tokens.expectOperator(")");
    }
    return new Statement.Target(names, single, null);
  }

  private String name() {
    String name = tokens.expect(Token.Kind.NAME, "a name").text();
    if (Set.of("true", "false", "none", "True", "False", "None").contains(name)) {
      throw tokens.problem("'" + name + "' cannot be set");
    }
    return name;
  }

  private Statement set() {
    Statement.Target target = target(true);
    if (tokens.skipOperator("=")) {
      Statement set = new Statement.Set(target, expressions.tuple(true));
      end();
      return set;
    }
    List<Statement.FilterOf> filters = new ArrayList<>();
    while (tokens.skipOperator("|")) {
      filters.add(filterOf());
    }
    Statement body = detached("endset");
    end();
    return new Statement.SetText(target, body, filters);
  }

  private Statement.FilterOf filterOf() {
    Expression.Filtered filtered =
        (Expression.Filtered) expressions.filter(new Expression.Literal(""));
    return new Statement.FilterOf(filtered.filter(), filtered.given());
  }

  private Statement filter() {
    List<Statement.FilterOf> filters = new ArrayList<>();
    do {
      filters.add(filterOf());
    } while (tokens.skipOperator("|"));
    Statement body = detached("endfilter");
    end();
    return new Statement.FilterText(filters, body);
  }

  private Statement with() {
    List<Statement.Target> targets = new ArrayList<>();
    List<Expression> values = new ArrayList<>();
    while (!tokens.isAt(Token.Kind.BLOCK_END)) {
      if (!targets.isEmpty()) {
        tokens.expectOperator(",");
      }
      targets.add(new Statement.Target(List.of(name()), true, null));
      tokens.expectOperator("=");
      values.add(expressions.expression());
    }
    Statement body = body("endwith");
    end();
    return new Statement.With(targets, values, body);
  }

  private Statement macro() {
    String name = name();
    List<String> parameters = new ArrayList<>();
    List<Expression> defaults = new ArrayList<>();
    tokens.expectOperator("(");
    while (!tokens.skipOperator(")")) {
      if (!parameters.isEmpty()) {
        tokens.expectOperator(",");
      }
      parameters.add(name());
      if (tokens.skipOperator("=")) {
        defaults.add(expressions.expression());
      } else if (!defaults.isEmpty()) {
        throw tokens.problem("a parameter without a default follows one with a default");
      }
    }
    Set<String> before = new HashSet<>(expressions.names());
    expressions.names().clear();
    Statement body = detached("endmacro");
    Set<String> uses = Set.copyOf(expressions.names());
    expressions.names().addAll(before);
    end();
    return new Statement.DefineMacro(new Macro(name, parameters, defaults, body, uses));
  }

  private Statement call() {
    List<String> parameters = tokens.current().isOperator("(") ? parameters() : List.of();
    Expression called = expressions.expression();
    if (!(called instanceof Expression.Call call)) {
      throw tokens.problem("'call' needs the call of a macro");
    }
    Statement body = detached("endcall");
    end();
    return new Statement.CallWith(call, new Macro("caller", parameters, List.of(), body, Set.of()));
  }

  private List<String> parameters() {
    List<String> parameters = new ArrayList<>();
    tokens.expectOperator("(");
    while (!tokens.skipOperator(")")) {
      if (!parameters.isEmpty()) {
        tokens.expectOperator(",");
      }
      parameters.add(name());
    }
    return parameters;
  }

  private Statement generation() {
    if (inGeneration) {
      throw tokens.problem("'generation' within 'generation'");
    }
    generation = true;
    inGeneration = true;
    Statement body = detached("endgeneration");
    end();
    inGeneration = false;
    return new Statement.Generation(body);
  }

  private Statement jump(String name) {
    if (loops == 0) {
      throw tokens.problem("'" + name + "' outside a loop");
    }
    end();
    return new Statement.Jump(
        name.equals("break") ? Statement.Flow.BREAK : Statement.Flow.CONTINUE);
  }
}
