package io.github.palimpsest.llm.task;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A text with places for the values of a record. */
public interface TextTemplate {
  /**
   * Fills in the values.
   *
   * @param record the values as of JSON: texts, numbers, truth values, lists and maps
   * @throws io.github.palimpsest.api.PalimpsestException if the template needs a value that the
   *     record does not have, or does with a value what cannot be done
   */
  String render(Map<String, @Nullable Object> record);

  /** A template without places. */
  static TextTemplate of(String text) {
    return record -> text;
  }
}
