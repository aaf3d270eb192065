package io.github.palimpsest.llm.score;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.palimpsest.api.PalimpsestException;
import io.github.palimpsest.llm.text.JsonRecord;
import io.github.palimpsest.llm.text.RecordFile;
import java.util.ArrayList;
import java.util.List;

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
   * Reads records with {@code query}, {@code choices} and {@code gold} (or {@code label}).
   *
   * @param file the records
   * @param limit the largest number of records, 0 for all
   * @throws PalimpsestException if the file is missing, empty or malformed, or a key is missing or
   *     wrong; names file, line and key
   */
  public static List<ChoiceItem> read(RecordFile file, int limit) {
    return file.records(limit == 0 ? Long.MAX_VALUE : limit).stream().map(ChoiceItem::of).toList();
  }

  private static ChoiceItem of(JsonRecord r) {
    JsonNode listed = r.required("choices");
    List<String> choices = new ArrayList<>();
    for (JsonNode choice : listed) {
      if (!choice.isTextual() || choice.textValue().isEmpty()) {
        throw new PalimpsestException(
            r.origin()
                + ": choice "
                + choices.size()
                + " must be text that is not empty, not "
                + choice);
      }
      choices.add(choice.textValue());
    }
    if (!listed.isArray() || choices.size() < 2) {
      throw new PalimpsestException(
          r.origin() + ": key 'choices' must be an array of at least 2 texts");
    }
    String key = r.keys().contains("label") && !r.keys().contains("gold") ? "label" : "gold";
    JsonNode gold = r.required(key);
    if (!gold.isIntegralNumber() || gold.asInt(-1) < 0 || gold.asInt() >= choices.size()) {
      throw new PalimpsestException(
          r.origin()
              + ": key '"
              + key
              + "' must be a number from 0 to "
              + (choices.size() - 1)
              + ", not "
              + gold);
    }
    return new ChoiceItem(r.origin(), r.number(), r.text("query"), choices, gold.asInt());
  }
}
