package io.github.palimpsest.api.data;

import io.github.palimpsest.api.NearestName;
import io.github.palimpsest.api.PalimpsestException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * A record with values in memory.
 *
 * @param place its place within the record of the file, such as {@code item 2 of 'messages'}; empty
 *     for the record itself
 * @param values by key
 */
record MapRecord(String place, Map<String, ?> values) implements DataRecord {
  @Override
  public SortedSet<String> keys() {
    return Collections.unmodifiableSortedSet(new TreeSet<>(values.keySet()));
  }

  @Override
  public boolean has(String key) {
    return values.containsKey(key) && values.get(key) != null;
  }

  @Override
  public String text(String key) {
    return as(String.class, required(key), "key '" + key + "'", "text");
  }

  @Override
  public Optional<String> optionalText(String key) {
    return has(key) ? Optional.of(text(key)) : Optional.empty();
  }

  @Override
  public long integer(String key, long min, long max) {
    Object value = required(key);
    if (value instanceof Integer || value instanceof Long) {
      long number = ((Number) value).longValue();
      if (number >= min && number <= max) {
        return number;
      }
    }
    throw problem(
        "key '"
            + key
            + "' must be a number from "
            + min
            + " to "
            + max
            + ", not "
            + (value instanceof Number
                ? value
                : value instanceof String text ? "\"" + text + "\"" : kind(value)));
  }

  @Override
  public DataRecord object(String key) {
    return object("object at '" + key + "'", required(key), "key '" + key + "'");
  }

  @Override
  public List<DataRecord> objects(String key) {
    List<DataRecord> objects = new ArrayList<>();
    for (Object item : array(key)) {
      String at = "item " + (objects.size() + 1) + " of '" + key + "'";
      objects.add(object(at, item, at));
    }
    return Collections.unmodifiableList(objects);
  }

  @Override
  public List<String> texts(String key) {
    return texts(array(key), "'" + key + "'");
  }

  @Override
  public List<List<String>> textLists(String key) {
    List<List<String>> lists = new ArrayList<>();
    for (Object item : array(key)) {
      String at = "item " + (lists.size() + 1) + " of '" + key + "'";
      lists.add(texts(as(List.class, item, at, "an array of texts"), at));
    }
    return Collections.unmodifiableList(lists);
  }

  @Override
  public Optional<Object> value(String key) {
    return Optional.ofNullable(values.get(key));
  }

  @Override
  public PalimpsestException problem(String what) {
    return new PalimpsestException(place.isEmpty() ? what : place + ": " + what);
  }

  private List<?> array(String key) {
    return as(List.class, required(key), "key '" + key + "'", "an array");
  }

  private List<String> texts(List<?> array, String of) {
    List<String> texts = new ArrayList<>();
    for (Object item : array) {
      texts.add(as(String.class, item, "item " + (texts.size() + 1) + " of " + of, "text"));
    }
    return Collections.unmodifiableList(texts);
  }

  private DataRecord object(String at, @Nullable Object value, String what) {
    @SuppressWarnings("unchecked") // of a record, or of JSON, where keys are texts
    Map<String, ?> object = as(Map.class, value, what, "an object");
    return new MapRecord(place.isEmpty() ? at : place + ", " + at, object);
  }

  private <T> T as(Class<T> type, @Nullable Object value, String what, String wanted) {
    if (type.isInstance(value)) {
      return type.cast(value);
    }
    throw problem(what + " must be " + wanted + ", not " + kind(value));
  }

  private Object required(String key) {
    Object value = values.get(key);
    if (value != null) {
      return value;
    }
    SortedSet<String> others = new TreeSet<>(values.keySet());
    others.remove(key);
    String near = NearestName.of(key, others).map(n -> "; did '" + n + "' mean it?").orElse("");
    throw problem(
        "key '"
            + key
            + (values.containsKey(key) ? "' is null" : "' is missing")
            + "; found "
            + (others.isEmpty() ? "no other key" : String.join(", ", others))
            + near);
  }

  /** The type of a value, in words. */
  private static String kind(@Nullable Object value) {
    if (value instanceof List<?>) {
      return "an array";
    }
    if (value instanceof Map<?, ?>) {
      return "an object";
    }
    if (value instanceof Boolean) {
      return "a truth value";
    }
    if (value instanceof Number) {
      return "a number";
    }
    return value == null ? "null" : "text";
  }
}
