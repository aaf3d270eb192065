package io.github.palimpsest.report;

import static j2html.TagCreator.p;

import io.github.palimpsest.results.analysis.ExampleDifference;
import io.github.palimpsest.results.statistics.McNemar;
import io.github.palimpsest.results.text.ExampleNotes;
import j2html.tags.DomContent;
import java.util.List;
import java.util.function.ToIntFunction;

/** Every recipe against the first one, example by example, after the last task. */
record ExamplesSection(Report report) {
  List<DomContent> content() {
    List<ExampleDifference> all = report.analysis().examples();
    if (all.isEmpty()) {
      return List.of();
    }
    String baseline = report.results().rows().get(0).label();
    HtmlTable table =
        new HtmlTable(ExampleNotes.title(baseline))
            .text("recipe", "set")
            .numbers("examples", "difference", "95 % bootstrap", "lost", "gained", "p these models")
            .sortable("examples-table");
    for (ExampleDifference e : all) {
      double p = e.adjusted().holm();
      table.row(
          List.of(
              HtmlTable.Cell.of(e.recipe()),
              HtmlTable.Cell.of(e.set()),
              HtmlTable.Cell.of("" + e.examples(), e.examples()),
              HtmlTable.Cell.of(Numbers.signed(e.difference()), e.difference()),
              HtmlTable.Cell.of(
                  Numbers.range(e.bootstrap()), e.bootstrap().map(b -> b.low()).orElse(Double.NaN)),
              count(e, McNemar::lost),
              count(e, McNemar::gained),
              HtmlTable.Cell.of(Numbers.p(p), p)));
    }
    String notes = String.join(". ", ExampleNotes.of(baseline, all)) + ".";
    return List.of(p(notes).withClass("lead"), table.html());
  }

  /** By seed, sorted by the sum. */
  private static HtmlTable.Cell count(ExampleDifference e, ToIntFunction<McNemar> which) {
    return HtmlTable.Cell.of(
        ExampleNotes.bySeed(e, which).orElse(Numbers.NONE),
        e.allSeeds().map(all -> (double) which.applyAsInt(all)).orElse(Double.NaN));
  }
}
