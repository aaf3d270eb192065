package io.github.palimpsest.llm.jinja;

/** Limits the work, the text and the nesting of one rendering. */
final class Budget {
  static final int MAX_DEPTH = 400;

  private final long maxSteps;
  private final long maxText;
  private long steps;
  private long text;
  private int depth;

  Budget(long maxSteps, long maxText) {
    this.maxSteps = maxSteps;
    this.maxText = maxText;
  }

  /** Counts steps: expressions, statements, and items of lists that are made or searched. */
  void steps(long number) {
    steps += number;
    if (steps > maxSteps) {
      throw new TemplateException("the template needs more than " + maxSteps + " steps");
    }
  }

  /** Counts characters of texts that are made, compared or searched, and returns the text. */
  String text(String made) {
    text(made.length());
    return made;
  }

  /** Counts characters before a text of this length is made. */
  void text(long length) {
    text += length;
    if (text > maxText) {
      throw new TemplateException(
          "the template makes more than " + maxText + " characters of text");
    }
  }

  void enter() {
    steps(1);
    if (++depth > MAX_DEPTH) {
      throw new TemplateException("the template is nested more than " + MAX_DEPTH + " deep");
    }
  }

  void leave() {
    depth--;
  }
}
