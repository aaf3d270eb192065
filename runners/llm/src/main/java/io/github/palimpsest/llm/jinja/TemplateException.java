package io.github.palimpsest.llm.jinja;

import io.github.palimpsest.api.PalimpsestException;

/** A template that cannot be read, or cannot be rendered with the given values. */
public final class TemplateException extends PalimpsestException {
  private static final long serialVersionUID = 1L;

  private final String what;
  private final boolean placed;
  private final boolean raised;

  TemplateException(String what) {
    this(what, what, false, false);
  }

  private TemplateException(String message, String what, boolean placed, boolean raised) {
    super(message);
    this.what = what;
    this.placed = placed;
    this.raised = raised;
  }

  /** The error that a template raises on purpose. */
  static TemplateException raised(String message) {
    return new TemplateException(message, message, false, true);
  }

  /** A copy with a place, unless this error has one. */
  TemplateException at(String name, int line) {
    return placed
        ? this
        : new TemplateException(name + ", line " + line + ": " + what, what, true, raised);
  }

  /** The error without its place; of a raised error the template's own words. */
  public String what() {
    return what;
  }

  /** Whether the template raised this error itself, with {@code raise_exception}. */
  public boolean isRaised() {
    return raised;
  }
}
