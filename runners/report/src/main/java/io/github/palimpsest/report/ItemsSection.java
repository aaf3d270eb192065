package io.github.palimpsest.report;

import static j2html.TagCreator.details;
import static j2html.TagCreator.p;
import static j2html.TagCreator.summary;

import io.github.palimpsest.results.text.ChangedItems;
import io.github.palimpsest.results.text.LostAndGained;
import j2html.tags.DomContent;
import java.util.ArrayList;
import java.util.List;

/** The items that recipes lost and gained, with examples. */
record ItemsSection(Report report) {
  /**
   * How many tables of examples are open at first; a large grid has one for each recipe and set.
   */
  private static final int OPEN = 4;

  List<DomContent> content() {
    ChangedItems changed = ChangedItems.of(report.folder(), report.results());
    if (changed.rows().isEmpty()) {
      return List.of();
    }
    List<DomContent> content = new ArrayList<>();
    content.add(p(String.join(". ", ChangedItems.DEFINITION) + ".").withClass("lead"));
    HtmlTable counts =
        new HtmlTable("Items lost and gained")
            .text("recipe", "set")
            .numbers("items", "seeds")
            .measured("lost", "items; lower is better")
            .measured("gained", "items; higher is better")
            .numbers("p after Holm");
    for (LostAndGained r : changed.rows()) {
      counts.row(
          r.recipe(),
          r.set(),
          "" + r.items(),
          "" + r.bySeed().size(),
          "" + r.allSeeds().lost(),
          "" + r.allSeeds().gained(),
          Numbers.p(r.holm()));
    }
    content.add(counts.html());
    changed.missing().forEach(m -> content.add(p(m + ".")));
    List<LostAndGained> some = changed.rows().stream().filter(LostAndGained::hasExamples).toList();
    for (int i = 0; i < some.size(); i++) {
      LostAndGained r = some.get(i);
      content.add(
          details(summary(r.recipe() + ", " + r.set() + ": " + counts(r)), examples(r).html())
              .withClass("examples")
              .withCondOpen(i < OPEN));
    }
    return content;
  }

  private static String counts(LostAndGained r) {
    return r.allSeeds().lost() + " lost, " + r.allSeeds().gained() + " gained";
  }

  private static HtmlTable examples(LostAndGained r) {
    HtmlTable table =
        new HtmlTable("Examples: " + r.recipe() + ", " + r.set())
            .text("item", "change", "text", "before", "after", "right")
            .numbers("seeds");
    r.lost().forEach(item -> row(table, "lost", item));
    r.gained().forEach(item -> row(table, "gained", item));
    return table;
  }

  private static void row(HtmlTable table, String change, LostAndGained.Shown item) {
    table.row(
        item.id(),
        change,
        item.text(),
        item.before(),
        item.after(),
        item.right(),
        "" + item.seeds());
  }
}
