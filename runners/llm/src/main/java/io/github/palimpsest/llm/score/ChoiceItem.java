package io.github.palimpsest.llm.score;

import io.github.palimpsest.api.PalimpsestException;
import io.github.palimpsest.api.data.DataFormat;
import io.github.palimpsest.api.data.TextExample;
import io.github.palimpsest.llm.text.JsonRecord;
import io.github.palimpsest.llm.text.RecordSource;
import io.github.palimpsest.llm.text.RowFilter;
import java.util.List;
import java.util.Optional;

/**
 * A question with answers to choose from.
 *
 * @param origin {@code file:line}
 * @param number its place in the file, from 0
 * @param query the question, with whatever leads to the answer
 * @param choices the answers, at least two
 * @param gold the right one, from 0
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
   * @param limit how many to take at most, 0 for all
   * @throws PalimpsestException if the file is missing, empty or malformed, or a key is missing or
   *     wrong; names file, line and key
   */
  public static List<ChoiceItem> read(
      RecordSource source, Optional<RowFilter> filter, DataFormat format, int limit) {
    return source.records(filter, limit == 0 ? Long.MAX_VALUE : limit).stream()
        .map(r -> of(r, format))
        .toList();
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
