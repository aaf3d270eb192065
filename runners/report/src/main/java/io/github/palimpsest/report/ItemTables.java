package io.github.palimpsest.report;

import io.github.palimpsest.results.text.ChangedItems;
import io.github.palimpsest.results.text.LostAndGained;
import java.util.ArrayList;
import java.util.List;

/** The items lost and gained as tables for papers; examples only where long texts fit. */
final class ItemTables {
  private static final String TITLE = "Items lost and gained";

  private ItemTables() {}

  /** Counts and examples; nothing without sets whose items are right or wrong. */
  static String markdown(ChangedItems changed) {
    if (changed.rows().isEmpty()) {
      return "";
    }
    List<String> notes = new ArrayList<>(ChangedItems.DEFINITION);
    notes.addAll(changed.missing());
    List<List<String>> examples = examples(changed.rows());
    return "\n"
        + TITLE
        + ":\n\n"
        + PaperTables.markdown(counts(changed.rows()))
        + "\n"
        + PaperTables.markdown(String.join(". ", notes) + ".")
        + "\n"
        + (examples.size() == 1 ? "" : "\n" + PaperTables.markdown(examples));
  }

  /** Counts; nothing without sets whose items are right or wrong. */
  static String latex(ChangedItems changed) {
    return changed.rows().isEmpty()
        ? ""
        : "\n"
            + PaperTables.latex(
                counts(changed.rows()),
                PaperTables.latex(TITLE + ". " + String.join(". ", ChangedItems.DEFINITION) + "."));
  }

  private static List<List<String>> counts(List<LostAndGained> all) {
    List<List<String>> table = new ArrayList<>();
    table.add(List.of("recipe", "set", "items", "seeds", "lost", "gained", "p after Holm"));
    for (LostAndGained r : all) {
      table.add(
          List.of(
              r.recipe(),
              r.set(),
              "" + r.items(),
              "" + r.bySeed().size(),
              "" + r.allSeeds().lost(),
              "" + r.allSeeds().gained(),
              Numbers.p(r.holm())));
    }
    return table;
  }

  private static List<List<String>> examples(List<LostAndGained> all) {
    List<List<String>> table = new ArrayList<>();
    table.add(List.of("recipe", "item", "change", "text", "before", "after", "right", "seeds"));
    for (LostAndGained r : all) {
      r.lost().forEach(item -> table.add(row(r.recipe(), "lost", item)));
      r.gained().forEach(item -> table.add(row(r.recipe(), "gained", item)));
    }
    return table;
  }

  private static List<String> row(String recipe, String change, LostAndGained.Shown item) {
    return List.of(
        recipe,
        item.id(),
        change,
        item.text(),
        item.before(),
        item.after(),
        item.right(),
        "" + item.seeds());
  }
}
