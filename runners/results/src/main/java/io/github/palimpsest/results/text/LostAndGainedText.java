package io.github.palimpsest.results.text;

import java.util.ArrayList;
import java.util.List;

/** The items lost and gained, in the text report. */
public final class LostAndGainedText {
  private LostAndGainedText() {}

  /** A table, what it means, and examples; empty without sets whose items are right or wrong. */
  public static String of(ChangedItems changed) {
    List<LostAndGained> all = changed.rows();
    if (all.isEmpty()) {
      return "";
    }
    List<List<String>> table = new ArrayList<>();
    table.add(List.of("recipe", "set", "items", "seeds", "lost", "gained", "p Holm"));
    for (LostAndGained r : all) {
      table.add(
          List.of(
              r.recipe(),
              r.set(),
              "" + r.items(),
              "" + r.bySeed().size(),
              "" + r.allSeeds().lost(),
              "" + r.allSeeds().gained(),
              AnalysisText.p(r.holm())));
    }
    StringBuilder out = new StringBuilder("\nItems lost and gained\n\n");
    out.append(TextTable.of(table)).append('\n');
    ChangedItems.DEFINITION.forEach(d -> out.append(d).append(".\n"));
    changed.missing().forEach(m -> out.append(Printable.line(m)).append(".\n"));
    for (LostAndGained r : all) {
      examples(r, "lost", r.lost(), out);
      examples(r, "gained", r.gained(), out);
    }
    return out.toString();
  }

  private static void examples(
      LostAndGained r, String change, List<LostAndGained.Shown> some, StringBuilder out) {
    if (!some.isEmpty()) {
      out.append('\n').append(Printable.line(r.recipe() + ", " + r.set())).append(": ");
      out.append(change).append('\n');
    }
    for (LostAndGained.Shown item : some) {
      out.append("  ").append(Printable.line(item.id() + ": " + item.text())).append('\n');
      String was =
          item.before().isEmpty() && item.after().isEmpty()
              ? ""
              : "before: " + item.before() + "; after: " + item.after() + "; ";
      String seeds = item.seeds() == 1 ? " (1 seed)" : " (" + item.seeds() + " seeds)";
      out.append("    ").append(Printable.line(was + "right: " + item.right() + seeds));
      out.append('\n');
    }
  }
}
