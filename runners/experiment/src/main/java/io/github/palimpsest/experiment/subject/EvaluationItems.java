package io.github.palimpsest.experiment.subject;

import io.github.palimpsest.api.measure.AnswerMeasure;
import io.github.palimpsest.api.measure.Measure;
import io.github.palimpsest.llm.score.ChoiceItem;
import io.github.palimpsest.llm.text.Document;
import io.github.palimpsest.llm.text.Exchange;
import io.github.palimpsest.results.items.Item;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** The items of an evaluation set in a form that people recognise. */
final class EvaluationItems {
  private EvaluationItems() {}

  /**
   * The items in the order of their scores; none for texts without answers, which nobody has right
   * or wrong.
   */
  static List<Item> of(EvaluationData data, Measure measure) {
    String set = data.set().name();
    if (!data.choices().isEmpty()) {
      return data.choices().stream().map(c -> item(set, c)).toList();
    }
    if (!data.documents().stream().allMatch(Document::answers)) {
      return List.of();
    }
    if (measure instanceof AnswerMeasure) {
      return data.documents().stream().map(d -> item(set, d)).toList();
    }
    Map<String, Document> byId =
        data.documents().stream()
            .collect(Collectors.toMap(d -> id(set, d.number()), d -> d, (a, b) -> a));
    List<Item> items = new ArrayList<>();
    data.texts().forEach(text -> items.add(item(set, byId, text.whole().id())));
    return items;
  }

  private static Item item(String set, Map<String, Document> byId, String id) {
    Document found = byId.get(id);
    return found == null ? Item.answered(id, "", "", "") : item(set, found);
  }

  private static Item item(String set, ChoiceItem c) {
    return Item.chosen(id(set, c.number()), place(c.origin()), c.query(), c.choices(), c.gold());
  }

  /** A chat is known by the turns before its last answer. */
  private static Item item(String set, Document d) {
    int last = d.exchanges().size() - 1;
    String before =
        d.exchanges().subList(0, last).stream()
            .map(e -> e.context() + e.response())
            .collect(Collectors.joining());
    Exchange asked = d.exchanges().get(last);
    return Item.answered(
        id(set, d.number()), place(d.origin()), before + asked.context(), asked.response());
  }

  private static String id(String set, int number) {
    return set + "/" + number;
  }

  /** File and line, without the folder, since results are the same wherever the data are. */
  private static String place(String origin) {
    return origin.substring(Math.max(origin.lastIndexOf('/'), origin.lastIndexOf('\\')) + 1);
  }
}
