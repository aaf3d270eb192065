package io.github.palimpsest.llm.task;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A value that is computed from a record.
 *
 * @param name its key; a value of the record with this key is replaced
 * @param texts the value before it is edited
 * @param list whether the value is a list; otherwise it is the only text
 * @param edits what is done with each text, in order
 */
public record PreparedField(String name, Texts texts, boolean list, List<TextEdit> edits) {
  /** Copies the list. */
  public PreparedField {
    edits = List.copyOf(edits);
  }

  /** A copy of a record with the values of some fields, each computed from those before it. */
  static Map<String, @Nullable Object> all(
      List<PreparedField> fields, Map<String, @Nullable Object> record) {
    Map<String, @Nullable Object> values = new LinkedHashMap<>(record);
    for (PreparedField field : fields) {
      List<Object> edited = new ArrayList<>();
      for (String text : field.texts.of(values)) {
        Object value = text;
        for (TextEdit edit : field.edits) {
          value = edit.of(String.valueOf(value));
        }
        edited.add(value);
      }
      values.put(field.name, field.list ? edited : edited.get(0));
    }
    return values;
  }
}
