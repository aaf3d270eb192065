package io.github.palimpsest.api.data;

import io.github.palimpsest.api.Experimental;
import io.github.palimpsest.api.PalimpsestException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedSet;

/**
 * A record of a data file, or an object within one: values by key. Every method that reads a value
 * throws a {@link PalimpsestException} that names the key, what is there and what is wanted; the
 * host adds file and line.
 */
@Experimental(since = "0.1")
public interface DataRecord {
  /** The keys, those of which the value is null included. */
  SortedSet<String> keys();

  /** Whether there is a value, not null, at a key. */
  boolean has(String key);

  /**
   * The text at a key.
   *
   * @throws PalimpsestException if there is none, or something else
   */
  String text(String key);

  /**
   * The text at a key that a record may lack.
   *
   * @return empty if the key is missing or null
   * @throws PalimpsestException if there is something else than text
   */
  Optional<String> optionalText(String key);

  /**
   * The whole number at a key.
   *
   * @throws PalimpsestException if there is none, something else, or a number outside of the range
   */
  long integer(String key, long min, long max);

  /**
   * The object at a key.
   *
   * @throws PalimpsestException if there is none, or something else
   */
  DataRecord object(String key);

  /**
   * The array of objects at a key, such as the messages of a chat.
   *
   * @throws PalimpsestException if there is none, or something else
   */
  List<DataRecord> objects(String key);

  /**
   * The array of texts at a key.
   *
   * @throws PalimpsestException if there is none, or something else
   */
  List<String> texts(String key);

  /**
   * The array of arrays of texts at a key, such as the earlier turns of an instruction.
   *
   * @throws PalimpsestException if there is none, or something else
   */
  List<List<String>> textLists(String key);

  /**
   * An exception for what is wrong with this record: the text, after the place of this object
   * within its record.
   *
   * @param what key, value and what is allowed
   */
  PalimpsestException problem(String what);

  /**
   * A record of values on the heap, for hosts and tests.
   *
   * @param values each a {@link String}, {@link Long}, {@link Integer}, {@link Double}, {@link
   *     java.math.BigInteger}, {@link java.math.BigDecimal}, {@link Boolean}, {@link List}, {@link
   *     Map} with text as keys, or null; read when they are asked for
   */
  static DataRecord of(Map<String, ?> values) {
    return new MapRecord("", values);
  }
}
