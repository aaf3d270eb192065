package io.github.palimpsest.llm.jinja;

import java.util.List;

/** The tokens of a template, read from front to back. */
final class TokenStream {
  private final String name;
  private final List<Token> tokens;
  private int at;

  TokenStream(String name, List<Token> tokens) {
    this.name = name;
    this.tokens = tokens;
  }

  String name() {
    return name;
  }

  Token current() {
    return tokens.get(at);
  }

  Token ahead() {
    return tokens.get(Math.min(at + 1, tokens.size() - 1));
  }

  Token next() {
    Token token = current();
    if (token.kind() != Token.Kind.END) {
      at++;
    }
    return token;
  }

  boolean isAt(Token.Kind kind) {
    return current().kind() == kind;
  }

  boolean skipOperator(String operator) {
    boolean found = current().isOperator(operator);
    at += found ? 1 : 0;
    return found;
  }

  boolean skipName(String word) {
    boolean found = current().isName(word);
    at += found ? 1 : 0;
    return found;
  }

  void expectOperator(String operator) {
    if (!skipOperator(operator)) {
      throw unexpected("'" + operator + "'");
    }
  }

  void expectName(String word) {
    if (!skipName(word)) {
      throw unexpected("'" + word + "'");
    }
  }

  Token expect(Token.Kind kind, String wanted) {
    if (!isAt(kind)) {
      throw unexpected(wanted);
    }
    return next();
  }

  TemplateException unexpected(String wanted) {
    return problem("expected " + wanted + ", found " + current().described());
  }

  TemplateException problem(String what) {
    return new TemplateException(what).at(name, current().line());
  }
}
