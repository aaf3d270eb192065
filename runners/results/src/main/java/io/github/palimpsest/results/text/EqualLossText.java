package io.github.palimpsest.results.text;

import io.github.palimpsest.results.analysis.Difference;
import io.github.palimpsest.results.analysis.EqualLoss;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** Comparisons at equal steps, passes and loss in the text report. */
final class EqualLossText {
  private static final int COLUMNS = 110;

  private EqualLossText() {}

  static String of(List<EqualLoss> all) {
    StringBuilder out = new StringBuilder();
    Set<String> notes = new LinkedHashSet<>();
    for (EqualLoss e : all) {
      if (!e.comparisons().isEmpty()) {
        out.append('\n').append(Printable.line(title(e))).append("\n\n").append(table(e));
      }
      notes.addAll(e.sentences());
    }
    for (String note : notes) {
      out.append('\n').append(wrapped(Printable.line(AnalysisText.capital(note)) + "."));
    }
    return out.toString();
  }

  /** In lines of at most {@link #COLUMNS} columns, unless a word is longer. */
  static String wrapped(String text) {
    StringBuilder out = new StringBuilder();
    int length = 0;
    for (String word : text.split(" ")) {
      boolean next = length > 0 && length + 1 + Printable.columns(word) > COLUMNS;
      out.append(length == 0 ? "" : next ? "\n" : " ").append(word);
      length = (next || length == 0 ? 0 : length + 1) + Printable.columns(word);
    }
    return out.append('\n').toString();
  }

  private static String title(EqualLoss e) {
    return AnalysisText.capital(e.outcome().name())
        + " against "
        + e.baseline()
        + " at equal steps, passes and loss of "
        + e.task()
        + "; exploratory";
  }

  private static String table(EqualLoss e) {
    List<List<String>> table = new ArrayList<>();
    table.add(
        List.of(
            "recipe",
            "at equal",
            "matched",
            "seeds",
            "left out",
            "difference",
            "95 % t",
            "d_z",
            "p Holm",
            "by seed"));
    for (EqualLoss.Comparison c : e.comparisons()) {
      Difference d = c.difference();
      boolean tested = d.interval().isPresent();
      table.add(
          List.of(
              d.recipe(),
              c.at().toString(),
              ReportText.number(c.matched(), c.at() == EqualLoss.At.LOSS ? 3 : 0),
              "" + d.seeds().n(),
              "" + c.leftOut(),
              AnalysisText.signed(d.seeds().mean()),
              d.interval().map(AnalysisText::range).orElse("-"),
              tested ? ReportText.number(d.seeds().dz(), 1) : "-",
              tested ? AnalysisText.p(d.conclusion().holm().orElseThrow()) : "-",
              tested ? "-" : d.seeds().listed(AnalysisText::signed)));
    }
    return TextTable.of(table);
  }
}
