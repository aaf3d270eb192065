package io.github.palimpsest.llm.layout;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.palimpsest.api.NearestName;
import io.github.palimpsest.api.PalimpsestException;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * The columns of a file that stand for keys of a format, for files whose columns have other names.
 *
 * <p>A record is read as if each column had the name of its key. A column that stands for a key is
 * not read under its own name, and a column with the name of a key that another column stands for
 * is not read at all.
 *
 * @param byKey the column of each key, in the order of the keys
 */
public record Columns(SortedMap<String, String> byKey) {
  /** Every key is the column of its name. */
  public static final Columns SAME = new Columns(new TreeMap<>());

  /**
   * Copies the map.
   *
   * @throws PalimpsestException if a column stands for two keys, or a name is empty
   */
  public Columns {
    byKey = Collections.unmodifiableSortedMap(new TreeMap<>(byKey));
    Map<String, String> keys = new HashMap<>();
    byKey.forEach(
        (key, column) -> {
          if (key.isBlank() || column.isBlank()) {
            throw new PalimpsestException(
                "columns: '" + key + "=" + column + "' has an empty name; write KEY=COLUMN");
          }
          String other = keys.put(column, key);
          if (other != null) {
            throw new PalimpsestException(
                "columns: column '"
                    + column
                    + "' stands for '"
                    + other
                    + "' and for '"
                    + key
                    + "'; a column stands for one key");
          }
        });
  }

  /**
   * Parses {@code KEY=COLUMN,KEY=COLUMN}.
   *
   * @throws PalimpsestException if it is something else, or names a key twice
   */
  public static Columns parse(String text) {
    TreeMap<String, String> byKey = new TreeMap<>();
    for (String pair : text.split(",", -1)) {
      int at = pair.indexOf('=');
      if (at < 0) {
        throw new PalimpsestException(
            "columns: '" + pair + "' must be KEY=COLUMN, as in prompt=question,response=answer");
      }
      String key = pair.substring(0, at).strip();
      if (byKey.put(key, pair.substring(at + 1).strip()) != null) {
        throw new PalimpsestException("columns: key '" + key + "' is given twice");
      }
    }
    return new Columns(byKey);
  }

  /** Whether every key is the column of its name. */
  public boolean none() {
    return byKey.isEmpty();
  }

  /** The columns that keys of a format are read from. */
  public Set<String> of(Collection<String> keys) {
    return keys.stream().map(key -> byKey.getOrDefault(key, key)).collect(Collectors.toSet());
  }

  /** The record with the keys of the format in place of its columns. */
  public JsonNode renamed(JsonNode record) {
    if (none()) {
      return record;
    }
    ObjectNode renamed = ((ObjectNode) record).objectNode();
    record
        .properties()
        .forEach(
            e -> {
              if (!byKey.containsKey(e.getKey()) && !byKey.containsValue(e.getKey())) {
                renamed.set(e.getKey(), e.getValue());
              }
            });
    byKey.forEach(
        (key, column) -> {
          JsonNode value = record.get(column);
          if (value != null) {
            renamed.set(key, value);
          }
        });
    return renamed;
  }

  /**
   * Refuses a column that is not there.
   *
   * @param keys the keys whose columns must be there
   * @param found the columns that are there
   * @param in the place where they were looked for, for the message
   */
  public void requireFound(Collection<String> keys, Collection<String> found, String in) {
    byKey.forEach(
        (key, column) -> {
          if (keys.contains(key) && !found.contains(column)) {
            throw new PalimpsestException(
                in
                    + ": there is no column '"
                    + column
                    + "' to stand for '"
                    + key
                    + "'"
                    + NearestName.hint(column, found));
          }
        });
  }

  /**
   * Refuses a key that a format does not have.
   *
   * @param format the name of the format
   * @param keys its keys, with the optional ones
   */
  public void requireKeys(String format, Collection<String> keys) {
    for (String key : byKey.keySet()) {
      if (!keys.contains(key)) {
        throw new PalimpsestException(
            "columns: format '"
                + format
                + "' has no key '"
                + key
                + "'"
                + NearestName.hint(key, keys));
      }
    }
  }

  /** As {@link #parse} reads it. */
  @Override
  public String toString() {
    return byKey.entrySet().stream()
        .map(e -> e.getKey() + "=" + e.getValue())
        .collect(Collectors.joining(","));
  }
}
