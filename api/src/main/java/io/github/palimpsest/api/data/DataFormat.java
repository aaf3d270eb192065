package io.github.palimpsest.api.data;

import io.github.palimpsest.api.Experimental;
import io.github.palimpsest.api.PalimpsestException;
import java.util.List;

/**
 * How a record of a data file becomes text to read and text to learn. The host finds the records
 * (JSON, JSONL, CSV, Parquet, or the documents of a plain text), asks for each what it means, and
 * does the rest: tokens, cutting, held-out examples and counts.
 *
 * <p>A format drops nothing. What a record has under the format's keys is context or target; the
 * host leaves out what cannot be learned and counts it. Rules: FMT-01 to FMT-06.
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
  /** What kind of file the records come from. */
  enum Source {
    /** Objects or rows with keys: JSON, JSONL, a table. */
    RECORDS,
    /** The documents of a plain text; each is a record with the one key {@code text}. */
    TEXT
  }

  /** What a format makes of every record. */
  enum Gives {
    /** Context and answers; each answer is learned up to the token that ends it. */
    ANSWERS,
    /** Text that is learned from its beginning, without an end of its own. */
    TEXT,
    /** A context with candidates to follow it, one of which is right. */
    CHOICES
  }

  /** What kind of file the records come from. */
  default Source source() {
    return Source.RECORDS;
  }

  /** What {@link #read} makes of every record. */
  Gives gives();

  /**
   * The keys that every record has, at least one. A record that has them all is recognised where no
   * format is stated.
   */
  List<String> keys();

  /** The keys that a record may have as well. What stands under any other key changes nothing. */
  default List<String> optionalKeys() {
    return List.of();
  }

  /** One record as a JSON object, with every key and optional key: shown to people, and tried. */
  String example();

  /**
   * What a record means. A pure function of the record, which several threads may call at once.
   *
   * @throws PalimpsestException if the record lacks a key or has something else there than the
   *     format can read; names the key and the value. The host adds file and line
   */
  TextExample read(DataRecord record);
}
