package io.github.palimpsest.llm.jinja;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * One rendering under way.
 *
 * @param budget what is left of its limits
 * @param functions the functions of every template
 * @param output the text of the rendering
 * @param spans the parts of it within {@code generation} so far
 * @param strict whether printing an undefined value is an error
 */
record Rendition(
    Budget budget,
    Map<String, Object> functions,
    Output output,
    List<Rendered.Span> spans,
    boolean strict) {
  Rendition(Budget budget, Map<String, Object> functions, boolean strict) {
    this(budget, functions, new Output(), new ArrayList<>(), strict);
  }
}
