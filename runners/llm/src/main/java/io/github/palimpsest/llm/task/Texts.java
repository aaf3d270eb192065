package io.github.palimpsest.llm.task;

import io.github.palimpsest.api.PalimpsestException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Several texts of a record. */
public sealed interface Texts {
  /**
   * The texts.
   *
   * @throws PalimpsestException if the record does not have them
   */
  List<String> of(Map<String, @Nullable Object> record);

  /**
   * One template for each text.
   *
   * @param templates at least one
   */
  record Listed(List<TextTemplate> templates) implements Texts {
    /** Copies the list. */
    public Listed {
      templates = List.copyOf(templates);
    }

    @Override
    public List<String> of(Map<String, @Nullable Object> record) {
      return templates.stream().map(t -> t.render(record)).toList();
    }
  }

  /**
   * A list in the record.
   *
   * @param path its keys, with dots between them
   */
  record Each(String path) implements Texts {
    @Override
    public List<String> of(Map<String, @Nullable Object> record) {
      List<String> texts = new ArrayList<>();
      for (Object item : list(record, path)) {
        texts.add(String.valueOf(item));
      }
      return texts;
    }
  }

  /** The list at a path of keys. */
  static List<?> list(Map<String, @Nullable Object> record, String path) {
    Object value = record;
    for (String key : path.split("\\.", -1)) {
      value = value instanceof Map<?, ?> map ? map.get(key) : null;
    }
    if (value instanceof List<?> list) {
      return list;
    }
    throw new PalimpsestException(
        "the record has "
            + (value == null ? "nothing" : "no list")
            + " at '"
            + path
            + "'; its keys are "
            + String.join(", ", record.keySet()));
  }
}
