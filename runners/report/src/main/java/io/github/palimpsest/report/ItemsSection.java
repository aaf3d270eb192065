package io.github.palimpsest.report;

import static j2html.TagCreator.h3;
import static j2html.TagCreator.p;

import io.github.palimpsest.results.text.ChangedItems;
import io.github.palimpsest.results.text.LostAndGained;
import j2html.tags.DomContent;
import java.util.ArrayList;
import java.util.List;

/** The items that recipes lost and gained, with examples. */
record ItemsSection(Report report) {

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
            .numbers("items", "seeds", "lost", "gained", "p after Holm");
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
    for (LostAndGained r : changed.rows()) {
      if (r.hasExamples()) {
        content.add(h3(r.recipe() + ", " + r.set()));
        content.add(examples(r).html());
      }
    }
    return content;
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
