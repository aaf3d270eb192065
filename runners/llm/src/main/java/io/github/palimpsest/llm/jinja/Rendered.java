package io.github.palimpsest.llm.jinja;

import java.util.List;

/**
 * The text that a template made.
 *
 * @param text the text
 * @param generated the parts within {@code generation} tags, in order
 */
public record Rendered(String text, List<Span> generated) {
  /** Copies the list. */
  public Rendered {
    generated = List.copyOf(generated);
  }

  /**
   * A part of the text.
   *
   * @param from the index of its first {@code char}
   * @param to the index after its last one
   */
  public record Span(int from, int to) {}
}
