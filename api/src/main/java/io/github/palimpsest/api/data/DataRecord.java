package io.github.palimpsest.api.data;

import io.github.palimpsest.api.Experimental;
import io.github.palimpsest.api.PalimpsestException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedSet;

/**
 * A record of a data file, or an object within one: values by key. Every method that reads a value
 * throws a {@link PalimpsestException} that names the key, its value and the expected type; the
 * host adds file and line.
 */
@Experimental(since = "0.1")
public interface DataRecord {
  /** The keys, including those whose value is null. */
  SortedSet<String> keys();

  /** Whether a key has a value that is not null. */
  boolean has(String key);

  /**
   * The text at a key.
   *
   * @throws PalimpsestException if there is none, or a value of another type
   */
  String text(String key);

  /**
   * The text at an optional key.
   *
   * @return empty if the key is missing or null
   * @throws PalimpsestException if the value is not text
   */
  Optional<String> optionalText(String key);

  /**
   * The whole number at a key.
   *
   * @throws PalimpsestException if there is none, another type, or a number outside the range
   */
  long integer(String key, long min, long max);

  /**
   * The object at a key.
   *
   * @throws PalimpsestException if there is none, or a value of another type
   */
  DataRecord object(String key);

  /**
   * The array of objects at a key, such as the messages of a chat.
   *
   * @throws PalimpsestException if there is none, or a value of another type
   */
  List<DataRecord> objects(String key);

  /**
   * The array of texts at a key.
   *
   * @throws PalimpsestException if there is none, or a value of another type
   */
  List<String> texts(String key);

  /**
   * The array of arrays of texts at a key, such as the earlier turns of an instruction.
   *
   * @throws PalimpsestException if there is none, or a value of another type
   */
  List<List<String>> textLists(String key);

  /**
   * The value at a key, of any type, for formats that pass it on.
   *
   * @return a value as {@link #of} takes it, which must not be changed; empty if the key is missing
   *     or null
   */
  Optional<Object> value(String key);

  /**
   * An exception for an error in this record. Its message begins with the place of this object
   * within the record.
   *
   * @param what the key, its value and the allowed values
   */
  PalimpsestException problem(String what);

  /**
   * A record with values in memory, for hosts and tests.
   *
   * @param values each a {@link String}, {@link Long}, {@link Integer}, {@link Double}, {@link
   *     java.math.BigInteger}, {@link java.math.BigDecimal}, {@link Boolean}, {@link List}, {@link
   *     Map} with text as keys, or null; converted when they are read
   */
  static DataRecord of(Map<String, ?> values) {
    return new MapRecord("", values);
  }
}
