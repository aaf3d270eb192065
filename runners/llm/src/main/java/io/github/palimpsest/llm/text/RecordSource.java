package io.github.palimpsest.llm.text;

import java.util.List;
import java.util.Optional;

/** Where documents and records come from: a file, or a generator. Its text names it to people. */
public sealed interface RecordSource permits FileSource, MadeRecords {
  /** Whether it is a plain text, as far as its name and its first character show. */
  boolean looksLikeText();

  /**
   * The documents of a plain text.
   *
   * @param separator what stands between two; empty for one document only
   * @param most how many at most
   * @throws io.github.palimpsest.api.PalimpsestException if it cannot be read, or has no text
   */
  List<Document> texts(String separator, long most);

  /**
   * The records that a filter lets through, in their order, each with the number that it has there.
   *
   * @param filter which records; empty for all
   * @param most how many at most; without a filter no more is read
   * @throws io.github.palimpsest.api.PalimpsestException if it cannot be read, has no records, or
   *     the filter does not fit its keys or lets nothing through
   */
  List<JsonRecord> records(Optional<RowFilter> filter, long most);
}
