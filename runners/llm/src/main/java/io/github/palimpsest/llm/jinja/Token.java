package io.github.palimpsest.llm.jinja;

/**
 * A piece of a template.
 *
 * @param text its text; of a string its value
 * @param line the line on which it begins, from 1
 */
record Token(Kind kind, String text, int line) {
  enum Kind {
    DATA,
    VARIABLE_BEGIN,
    VARIABLE_END,
    BLOCK_BEGIN,
    BLOCK_END,
    NAME,
    STRING,
    INTEGER,
    FLOAT,
    OPERATOR,
    END
  }

  boolean isOperator(String operator) {
    return kind == Kind.OPERATOR && text.equals(operator);
  }

  boolean isName(String name) {
    return kind == Kind.NAME && text.equals(name);
  }

  /** The token in words, for messages. */
  String described() {
    return switch (kind) {
      case DATA -> "text";
      case END -> "the end of the template";
      case BLOCK_END -> "'%}'";
      case VARIABLE_END -> "'}}'";
      case STRING -> "the text '" + Texts.shortened(text) + "'";
      default -> "'" + Texts.shortened(text) + "'";
    };
  }
}
