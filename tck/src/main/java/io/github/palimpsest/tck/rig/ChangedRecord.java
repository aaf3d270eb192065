package io.github.palimpsest.tck.rig;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.UnaryOperator;

/**
 * A copy of a record of a data file with one value changed.
 *
 * @param key the innermost key of the value
 * @param was the old value
 * @param now the new value
 * @param record the record with the new value
 */
public record ChangedRecord(String key, Object was, Object now, Map<String, Object> record) {
  /**
   * A changed copy for each value of a record that can be changed, at any depth.
   *
   * @param change gives the new value; empty to leave the value unchanged
   */
  public static List<ChangedRecord> all(
      Map<String, Object> record, Function<Object, Optional<Object>> change) {
    List<ChangedRecord> all = new ArrayList<>();
    inside("", record, change, top -> top, all);
    return all;
  }

  /**
   * @param key the innermost key of the value
   * @param around returns the whole record with another value in place of this one
   */
  private static void collect(
      String key,
      Object value,
      Function<Object, Optional<Object>> change,
      UnaryOperator<Object> around,
      List<ChangedRecord> all) {
    change
        .apply(value)
        .ifPresent(now -> all.add(new ChangedRecord(key, value, now, fields(around.apply(now)))));
    inside(key, value, change, around, all);
  }

  private static void inside(
      String key,
      Object value,
      Function<Object, Optional<Object>> change,
      UnaryOperator<Object> around,
      List<ChangedRecord> all) {
    if (value instanceof Map<?, ?>) {
      Map<String, Object> fields = fields(value);
      fields.forEach(
          (name, inner) ->
              collect(
                  name,
                  inner,
                  change,
                  now -> {
                    Map<String, Object> copy = new LinkedHashMap<>(fields);
                    copy.put(name, now);
                    return around.apply(copy);
                  },
                  all));
    } else if (value instanceof List<?> items) {
      for (int i = 0; i < items.size(); i++) {
        int place = i;
        collect(
            key,
            items.get(i),
            change,
            now -> {
              List<Object> copy = new ArrayList<>(items);
              copy.set(place, now);
              return around.apply(copy);
            },
            all);
      }
    }
  }

  @SuppressWarnings("unchecked") // of JSON, where keys are texts
  private static Map<String, Object> fields(Object object) {
    return (Map<String, Object>) object;
  }

  @Override
  public String toString() {
    return "its example with " + now + " for " + was + " under '" + key + "'";
  }
}
