package io.github.palimpsest.llm.jinja;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Reads values, with the attributes, calls, filters and tests that follow them. */
final class OperandParser {
  private static final Expression.Literal NOTHING = new Expression.Literal(None.NONE);

  private final TokenStream tokens;
  private final ExpressionParser expressions;
  private final Set<String> names = new HashSet<>();

  OperandParser(TokenStream tokens, ExpressionParser expressions) {
    this.tokens = tokens;
    this.expressions = expressions;
  }

  /** The names that were read so far. */
  Set<String> names() {
    return names;
  }

  Expression primary() {
    Token t = tokens.next();
    switch (t.kind()) {
      case NAME:
        names.add(t.text());
        return switch (t.text()) {
          case "true", "True" -> new Expression.Literal(true);
          case "false", "False" -> new Expression.Literal(false);
          case "none", "None" -> NOTHING;
          default -> new Expression.Name(t.text());
        };
      case STRING:
        StringBuilder text = new StringBuilder(t.text());
        while (tokens.isAt(Token.Kind.STRING)) {
          text.append(tokens.next().text());
        }
        return new Expression.Literal(text.toString());
      case INTEGER:
        try {
          return new Expression.Literal(Long.parseLong(t.text()));
        } catch (NumberFormatException e) {
          throw tokens.problem(
              "the number " + Texts.shortened(t.text()) + " has more than 64 bits");
        }
      case FLOAT:
        return new Expression.Literal(Double.parseDouble(t.text()));
      default:
        if (t.isOperator("(")) {
          return bracketed();
        }
        if (t.isOperator("[")) {
          return new Expression.Items(listed("]"), false);
        }
        if (t.isOperator("{")) {
          return entries();
        }
        throw tokens.problem("expected a value, found " + t.described());
    }
  }

  private Expression bracketed() {
    if (tokens.skipOperator(")")) {
      return new Expression.Items(List.of(), true);
    }
    Expression value = expressions.tuple(true);
    tokens.expectOperator(")");
    return value;
  }

  private List<Expression> listed(String close) {
    List<Expression> items = new ArrayList<>();
    while (!tokens.skipOperator(close)) {
      if (!items.isEmpty()) {
        tokens.expectOperator(",");
        if (tokens.skipOperator(close)) {
          break;
        }
      }
      items.add(expressions.expression());
    }
    return items;
  }

  private Expression entries() {
    List<Expression> keys = new ArrayList<>();
    List<Expression> values = new ArrayList<>();
    while (!tokens.skipOperator("}")) {
      if (!keys.isEmpty()) {
        tokens.expectOperator(",");
        if (tokens.skipOperator("}")) {
          break;
        }
      }
      keys.add(expressions.expression());
      tokens.expectOperator(":");
      values.add(expressions.expression());
    }
    return new Expression.Entries(keys, values);
  }

  Expression postfix(Expression of) {
    Expression value = of;
    while (true) {
      if (tokens.skipOperator(".")) {
        value = dotted(value);
      } else if (tokens.skipOperator("[")) {
        value = subscript(value);
      } else if (tokens.current().isOperator("(")) {
        value = new Expression.Call(value, given());
      } else {
        return value;
      }
    }
  }

  private Expression dotted(Expression of) {
    if (tokens.isAt(Token.Kind.INTEGER)) {
      return new Expression.Item(of, primary());
    }
    return new Expression.Attribute(of, tokens.expect(Token.Kind.NAME, "a name").text());
  }

  private Expression subscript(Expression of) {
    Expression from = NOTHING;
    if (!tokens.current().isOperator(":")) {
      from = expressions.tuple(true);
      if (tokens.skipOperator("]")) {
        return new Expression.Item(of, from);
      }
    }
    tokens.expectOperator(":");
    Expression to = bound();
    Expression step = tokens.skipOperator(":") ? bound() : NOTHING;
    tokens.expectOperator("]");
    return new Expression.Slice(of, from, to, step);
  }

  private Expression bound() {
    boolean none = tokens.current().isOperator(":") || tokens.current().isOperator("]");
    return none ? NOTHING : expressions.expression();
  }

  Expression filters(Expression of) {
    Expression value = of;
    while (true) {
      if (tokens.skipOperator("|")) {
        value = filter(value);
      } else if (tokens.skipName("is")) {
        value = test(value);
      } else if (tokens.current().isOperator("(")) {
        value = new Expression.Call(value, given());
      } else {
        return value;
      }
    }
  }

  /** A filter after {@code |}. */
  Expression filter(Expression of) {
    String name = tokens.expect(Token.Kind.NAME, "the name of a filter").text();
    Filter filter = known(() -> Library.filter(name));
    return new Expression.Filtered(
        of, filter, tokens.current().isOperator("(") ? given() : Expression.Given.NOTHING);
  }

  private interface Lookup<T> {
    T of();
  }

  private <T> T known(Lookup<T> lookup) {
    try {
      return lookup.of();
    } catch (TemplateException e) {
      throw e.at(tokens.name(), tokens.current().line());
    }
  }

  private Expression test(Expression of) {
    boolean negated = tokens.skipName("not");
    Token token = tokens.next();
    if (token.kind() != Token.Kind.NAME) {
      throw tokens.problem("expected the name of a test, found " + token.described());
    }
    Predicate predicate = known(() -> Library.predicate(token.text()));
    Expression.Given given = Expression.Given.NOTHING;
    Token t = tokens.current();
    if (t.isOperator("(")) {
      given = given();
    } else if (isArgument(t)) {
      given = new Expression.Given(List.of(postfix(primary())), Map.of(), null, null);
    }
    Expression tested = new Expression.Tested(of, predicate, given);
    return negated ? new Expression.Not(tested) : tested;
  }

  private boolean isArgument(Token t) {
    return switch (t.kind()) {
      case NAME ->
          !Set.of("else", "or", "and", "is", "if", "in", "not", "recursive").contains(t.text());
      case STRING, INTEGER, FLOAT -> true;
      default -> t.isOperator("[") || t.isOperator("{");
    };
  }

  /** The arguments in brackets. */
  private Expression.Given given() {
    tokens.expectOperator("(");
    List<Expression> positional = new ArrayList<>();
    Map<String, Expression> named = new LinkedHashMap<>();
    @Nullable Expression list = null;
    @Nullable Expression map = null;
    for (boolean first = true; !tokens.skipOperator(")"); first = false) {
      if (!first) {
        tokens.expectOperator(",");
        if (tokens.skipOperator(")")) {
          break;
        }
      }
      if (tokens.skipOperator("**")) {
        map = expressions.expression();
      } else if (tokens.skipOperator("*")) {
        list = expressions.expression();
      } else if (tokens.isAt(Token.Kind.NAME) && tokens.ahead().isOperator("=")) {
        String name = tokens.next().text();
        tokens.next();
        if (named.put(name, expressions.expression()) != null) {
          throw tokens.problem("the argument '" + name + "' is given twice");
        }
      } else if (named.isEmpty() && list == null && map == null) {
        positional.add(expressions.expression());
      } else {
        throw tokens.problem("an argument without a name follows one with a name");
      }
    }
    return new Expression.Given(positional, named, list, map);
  }
}
