package io.github.palimpsest.llm.text;

import java.util.List;
import java.util.Optional;

/**
 * The source of documents and records: a file, several files, or a generator. {@code toString}
 * gives its name for people.
 */
public sealed interface RecordSource permits FileSet, FileSource, MadeRecords {
  /** Whether it is a plain text, according to its name and its first character. */
  boolean looksLikeText();

  /**
   * The documents of a plain text.
   *
   * @param separator the text between two documents; empty for a single document
   * @param most the largest number of documents
   * @throws io.github.palimpsest.api.PalimpsestException if it cannot be read, or has no text
   */
  List<Document> texts(String separator, long most);

  /**
   * The records that meet a filter, in order, each with its number in the source.
   *
   * @param filter the filter for records; empty for all records
   * @param most the largest number of records; without a filter the rest is not read
   * @throws io.github.palimpsest.api.PalimpsestException if it cannot be read, has no records, the
   *     filter does not fit its keys, or no record meets the filter
   */
  List<JsonRecord> records(Optional<RowFilter> filter, long most);
}
