package io.github.palimpsest.llm.task;

import io.github.palimpsest.llm.jinja.Template;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A template in Jinja. A value that the record does not have is an error.
 *
 * @param template the template without a line break at its end
 * @param end that line break, which Jinja would drop, or nothing
 */
public record JinjaTemplate(Template template, String end) implements TextTemplate {
  /**
   * Reads a template.
   *
   * @param name its name in messages
   * @throws io.github.palimpsest.api.PalimpsestException if it is malformed
   */
  public static TextTemplate of(String name, String source) {
    if (!source.contains("{{") && !source.contains("{%") && !source.contains("{#")) {
      return TextTemplate.of(source);
    }
    return new JinjaTemplate(Template.parse(name, source), source.endsWith("\n") ? "\n" : "");
  }

  @Override
  public String render(Map<String, @Nullable Object> record) {
    return template.renderStrictly(record) + end;
  }
}
