package io.github.palimpsest.llm.score;

import io.github.palimpsest.api.PalimpsestException;
import io.github.palimpsest.api.data.DataFormat;
import io.github.palimpsest.api.data.TextExample;
import io.github.palimpsest.llm.layout.BadRecordException;
import io.github.palimpsest.llm.layout.Columns;
import io.github.palimpsest.llm.layout.Layout;
import io.github.palimpsest.llm.layout.ReadNotes;
import io.github.palimpsest.llm.text.DataFormats;
import io.github.palimpsest.llm.text.JsonRecord;
import io.github.palimpsest.llm.text.RecordSource;
import io.github.palimpsest.llm.text.RowFilter;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * A question with answers to choose from.
 *
 * @param origin {@code file:line}
 * @param number its place in the file, from 0
 * @param query the question, with all text before the answer
 * @param choices the answers, at least two
 * @param gold the correct one, from 0
 */
public record ChoiceItem(String origin, int number, String query, List<String> choices, int gold) {
  /** Copies the list. */
  public ChoiceItem {
    choices = List.copyOf(choices);
  }

  /**
   * Reads records.
   *
   * @param source the records
   * @param filter which of them; empty for all
   * @param format a format that gives choices
   * @param limit the largest number of records, 0 for all
   * @throws PalimpsestException if the file is missing, empty or malformed, or a key is missing or
   *     wrong; names file, line and key
   */
  public static List<ChoiceItem> read(
      RecordSource source, Optional<RowFilter> filter, DataFormat format, int limit) {
    return source.records(filter, limit == 0 ? Long.MAX_VALUE : limit).stream()
        .map(r -> of(r, format))
        .toList();
  }

  /**
   * Questions and the records that were left out.
   *
   * @param items the questions
   * @param notes the records that cannot be read
   */
  public record Read(List<ChoiceItem> items, ReadNotes notes) {
    /** Copies the list. */
    public Read {
      items = List.copyOf(items);
    }
  }

  /**
   * Reads records in a layout.
   *
   * @param id the name of the format, for messages
   * @param layout the columns of the records, and what becomes of bad ones
   * @throws PalimpsestException as the other method, and if no record can be read
   */
  public static Read read(
      RecordSource source,
      Optional<RowFilter> filter,
      String id,
      DataFormat format,
      int limit,
      Layout layout) {
    Columns columns = layout.columns();
    columns.requireKeys(id, DataFormats.keys(format));
    List<ChoiceItem> items = new ArrayList<>();
    List<String> first = new ArrayList<>();
    Set<String> found = new TreeSet<>();
    List<JsonRecord> records = source.records(filter, limit == 0 ? Long.MAX_VALUE : limit);
    for (int i = 0; i < records.size(); i++) {
      try {
        JsonRecord record = records.get(i);
        found.addAll(columns.none() ? Set.of() : record.keys());
        items.add(of(record.renamed(columns), format));
      } catch (BadRecordException e) {
        if (!layout.skips()) {
          columns.requireFound(format.keys(), columns.none() ? format.keys() : found, "" + source);
          throw e;
        }
        first.add(e.getMessage());
      }
    }
    columns.requireFound(columns.byKey().keySet(), found, "" + source);
    if (items.isEmpty()) {
      throw new PalimpsestException(
          source + ": none of its " + records.size() + " records can be read: " + first.get(0));
    }
    List<String> named = first.subList(0, Math.min(ReadNotes.NAMED, first.size()));
    return new Read(items, new ReadNotes(first.size(), named));
  }

  private static ChoiceItem of(JsonRecord r, DataFormat format) {
    TextExample.Choice choice =
        r.read(format)
            .choice()
            .orElseThrow(
                () ->
                    new PalimpsestException(
                        r.origin() + ": the format gives no questions with choices"));
    return new ChoiceItem(
        r.origin(), r.number(), choice.context(), choice.candidates(), choice.gold());
  }
}
