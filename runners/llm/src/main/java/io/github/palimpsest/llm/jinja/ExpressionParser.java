package io.github.palimpsest.llm.jinja;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** Reads expressions with Jinja's precedence. */
final class ExpressionParser {
  private static final int MAX_DEPTH = 60;
  private static final Set<String> COMPARISONS = Set.of("==", "!=", "<", "<=", ">", ">=");

  private final TokenStream tokens;
  private final OperandParser operands;
  private int depth;

  ExpressionParser(TokenStream tokens) {
    this.tokens = tokens;
    this.operands = new OperandParser(tokens, this);
  }

  /** The names that were read so far. */
  Set<String> names() {
    return operands.names();
  }

  /** An expression, or several that make a tuple. */
  Expression tuple(boolean conditional) {
    Expression first = conditional ? expression() : or();
    if (!tokens.current().isOperator(",")) {
      return first;
    }
    List<Expression> items = new ArrayList<>(List.of(first));
    while (tokens.skipOperator(",") && begins()) {
      items.add(conditional ? expression() : or());
    }
    return new Expression.Items(items, true);
  }

  private boolean begins() {
    Token t = tokens.current();
    return switch (t.kind()) {
      case VARIABLE_END, BLOCK_END, END -> false;
      case OPERATOR -> !t.isOperator(")") && !t.isOperator("=");
      default -> !t.isName("in") && !t.isName("recursive");
    };
  }

  Expression expression() {
    if (++depth > MAX_DEPTH) {
      throw tokens.problem("an expression is nested more than " + MAX_DEPTH + " deep");
    }
    Expression then = or();
    while (tokens.skipName("if")) {
      Expression condition = or();
      then =
          new Expression.Conditional(
              then, condition, tokens.skipName("else") ? expression() : null);
    }
    depth--;
    return then;
  }

  private Expression or() {
    Expression left = and();
    while (tokens.skipName("or")) {
      left = new Expression.Logical(false, left, and());
    }
    return left;
  }

  private Expression and() {
    Expression left = not();
    while (tokens.skipName("and")) {
      left = new Expression.Logical(true, left, not());
    }
    return left;
  }

  private Expression not() {
    int negations = 0;
    while (tokens.skipName("not")) {
      negations++;
    }
    Expression value = comparison();
    if (negations > 1) { // two cancel out and leave a truth value
      value = new Expression.Not(value);
    }
    return negations == 0 || negations > 1 && negations % 2 == 1
        ? value
        : new Expression.Not(value);
  }

  private Expression comparison() {
    Expression first = sum();
    List<String> operators = new ArrayList<>();
    List<Expression> others = new ArrayList<>();
    while (true) {
      Token t = tokens.current();
      if (t.kind() == Token.Kind.OPERATOR && COMPARISONS.contains(t.text())) {
        operators.add(tokens.next().text());
      } else if (tokens.skipName("in")) {
        operators.add("in");
      } else if (t.isName("not") && tokens.ahead().isName("in")) {
        tokens.next();
        tokens.next();
        operators.add("not in");
      } else {
        break;
      }
      others.add(sum());
    }
    return operators.isEmpty() ? first : new Expression.Comparison(first, operators, others);
  }

  private Expression sum() {
    Expression left = concatenation();
    while (tokens.current().isOperator("+") || tokens.current().isOperator("-")) {
      left = new Expression.Binary(tokens.next().text(), left, concatenation());
    }
    return left;
  }

  private Expression concatenation() {
    Expression left = product();
    while (tokens.skipOperator("~")) {
      left = new Expression.Binary("~", left, product());
    }
    return left;
  }

  private Expression product() {
    Expression left = power();
    while (true) {
      Token t = tokens.current();
      if (!t.isOperator("*") && !t.isOperator("/") && !t.isOperator("//") && !t.isOperator("%")) {
        return left;
      }
      tokens.next();
      left = new Expression.Binary(t.text(), left, power());
    }
  }

  private Expression power() {
    Expression left = unary(true);
    while (tokens.skipOperator("**")) {
      left = new Expression.Binary("**", left, unary(true));
    }
    return left;
  }

  private Expression unary(boolean filters) {
    if (++depth > MAX_DEPTH) {
      throw tokens.problem("an expression is nested more than " + MAX_DEPTH + " deep");
    }
    Expression value;
    if (tokens.skipOperator("-")) {
      value = new Expression.Signed(unary(false), true);
    } else if (tokens.skipOperator("+")) {
      value = new Expression.Signed(unary(false), false);
    } else {
      value = operands.primary();
    }
    value = operands.postfix(value);
    depth--;
    return filters ? operands.filters(value) : value;
  }

  /** A filter after {@code |}, or after {@code filter} in a tag. */
  Expression filter(Expression of) {
    return operands.filter(of);
  }
}
