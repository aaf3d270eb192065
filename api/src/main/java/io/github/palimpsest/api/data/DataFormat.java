package io.github.palimpsest.api.data;

import io.github.palimpsest.api.Experimental;
import io.github.palimpsest.api.PalimpsestException;
import java.util.List;

/**
 * Turns a record of a data file into text to read and text to learn. The host reads the records
 * (JSON, JSONL, CSV, Parquet, or the documents of a plain text), passes each to the format, and
 * does the rest: tokens, truncation, held-out examples and counts.
 *
 * <p>A format drops nothing. Every value under the format's keys is context or target; the host
 * leaves out and counts text that cannot be learned. Rules: FMT-01 to FMT-06.
 *
 * <pre>{@code
 * record Qa() implements DataFormat {
 *   @Override public Gives gives() { return Gives.ANSWERS; }
 *   @Override public List<String> keys() { return List.of("question", "answer"); }
 *   @Override public String example() { return "{\"question\": \"1 + 1?\", \"answer\": \"2\"}"; }
 *   @Override public TextExample read(DataRecord r) {
 *     return TextExample.answer(r.text("question") + "\n", r.text("answer"));
 *   }
 * }
 * }</pre>
 */
@Experimental(since = "0.1")
public interface DataFormat {
  /** The kind of file that the records come from. */
  enum Source {
    /** Objects or rows with keys: JSON, JSONL, a table. */
    RECORDS,
    /** The documents of a plain text; each is a record with the one key {@code text}. */
    TEXT
  }

  /** The kind of example that a format makes from each record. */
  enum Gives {
    /** Context and answers; each answer is learned up to the token that ends it. */
    ANSWERS,
    /** Text that is learned from its beginning, without an end of its own. */
    TEXT,
    /** A context with candidates to follow it, one of which is right. */
    CHOICES
  }

  /** The kind of file that the records come from. */
  default Source source() {
    return Source.RECORDS;
  }

  /** The kind of example that {@link #read} returns. */
  Gives gives();

  /**
   * The keys that every record has, at least one. If no format is stated, a record that has all of
   * them is recognised.
   */
  List<String> keys();

  /** The optional keys of a record. Values under all other keys have no effect. */
  default List<String> optionalKeys() {
    return List.of();
  }

  /**
   * One record as a JSON object, with every key and optional key. Listings show it and the kit
   * tests it.
   */
  String example();

  /**
   * Turns a record into an example. A pure function of the record; several threads may call it at
   * once.
   *
   * @throws PalimpsestException if the record lacks a key or has a value that the format cannot
   *     read; names the key and the value. The host adds file and line
   */
  TextExample read(DataRecord record);
}
