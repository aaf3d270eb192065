package io.github.palimpsest.llm.jinja;

/** A text that grows. */
final class Output {
  private final StringBuilder text = new StringBuilder();

  void add(String more, Budget budget) {
    budget.text(more.length());
    text.append(more);
  }

  int length() {
    return text.length();
  }

  String text() {
    return text.toString();
  }
}
