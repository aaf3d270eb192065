package io.github.palimpsest.report;

import static j2html.TagCreator.a;
import static j2html.TagCreator.code;
import static j2html.TagCreator.div;
import static j2html.TagCreator.h3;
import static j2html.TagCreator.input;
import static j2html.TagCreator.label;
import static j2html.TagCreator.p;
import static j2html.TagCreator.span;

import io.github.palimpsest.results.analysis.Observation;
import io.github.palimpsest.results.analysis.Outcome;
import io.github.palimpsest.results.folder.Timing;
import io.github.palimpsest.results.text.MissingValues;
import io.github.palimpsest.results.text.Results;
import io.github.palimpsest.results.text.Sample;
import io.github.palimpsest.results.text.UnmergedTraining;
import j2html.tags.DomContent;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The means of the recipes, and every cell; both tables sort, and the cells filter. */
record CellsSection(Report report) {

  List<DomContent> content() {
    List<DomContent> all = new ArrayList<>();
    all.add(h3("Recipes"));
    all.add(recipes());
    all.add(
        p("Means over seeds, ± one standard deviation. Passes: forward-and-backward passes per step,"
                + " as the components declare them.")
            .withClass("note"));
    new MissingValues(report.results())
        .partialMeans()
        .forEach(m -> all.add(p(m + ".").withClass("note")));
    List<UnmergedTraining> unmerged = UnmergedTraining.of(report.results());
    if (!unmerged.isEmpty()) {
      all.add(h3(UnmergedTraining.TITLE));
      all.add(unmerged(unmerged));
      all.add(p(UnmergedTraining.NOTE).withClass("note"));
    }
    all.add(h3("Cells"));
    all.add(
        div(
                label("Filter cells ").attr("for", "cells-filter"),
                input()
                    .withType("search")
                    .withId("cells-filter")
                    .attr("data-filters", "cells-table")
                    .attr("aria-controls", "cells-table")
                    .withPlaceholder("for example: sam replay"),
                span(report.cells().size() + " of " + report.cells().size() + " shown")
                    .withId("cells-table-count")
                    .attr("role", "status"))
            .withClass("tools"));
    all.add(cells());
    all.add(
        p("The id of a cell opens it: its scores over the training, its items, its settings and its"
                + " command. There it can be compared with another cell. Both views have an address"
                + " of their own, #cell=ID and #compare=ID,ID.")
            .withClass("note"));
    return all;
  }

  private DomContent recipes() {
    List<Outcome> outcomes = report.analysis().outcomes();
    HtmlTable table = new HtmlTable("Recipes").text("recipe").numbers("seeds");
    outcomes.forEach(o -> table.measured(o.shown(), Units.of(o)));
    table
        .measured("time per step", Units.MILLISECONDS)
        .measured("passes", Units.PASSES)
        .sortable("recipes-table");
    for (Results.Row row : report.results().rows()) {
      List<HtmlTable.Cell> cells = new ArrayList<>();
      cells.add(HtmlTable.Cell.of(row.label()));
      cells.add(HtmlTable.Cell.of("" + row.cells().size(), row.cells().size()));
      for (Outcome o : outcomes) {
        Sample sample = report.sample(row.label(), o);
        cells.add(HtmlTable.Cell.of(Numbers.of(sample, " ± "), sample.mean()));
      }
      double ms =
          Report.mean(
              row.cells().stream().mapToDouble(c -> Timing.number(c.measured().msPerStep())));
      double passes = row.cells().get(0).result().declaredCost().passesPerStep();
      cells.add(HtmlTable.Cell.of(Numbers.fixed(ms, 1), ms));
      cells.add(HtmlTable.Cell.of(Numbers.fixed(passes, 2), passes));
      table.row(cells);
    }
    return table.html();
  }

  private DomContent unmerged(List<UnmergedTraining> trainings) {
    List<String> metrics = report.results().metrics();
    List<String> sets = report.results().evaluationSets();
    HtmlTable table = new HtmlTable(UnmergedTraining.TITLE).text("recipe").numbers("seeds");
    metrics.forEach(m -> table.measured(m, Units.of(report.outcome(m))));
    sets.forEach(s -> table.measured(report.change(s).shown(), Units.of(report.change(s))));
    table.text("merged as");
    for (UnmergedTraining t : trainings) {
      List<HtmlTable.Cell> cells = new ArrayList<>();
      cells.add(HtmlTable.Cell.of(t.label()));
      cells.add(HtmlTable.Cell.of("" + t.bySeed().size(), t.bySeed().size()));
      metrics.forEach(m -> cells.add(HtmlTable.Cell.of(Numbers.of(t.metric(m), " ± "))));
      sets.forEach(s -> cells.add(HtmlTable.Cell.of(Numbers.of(t.drift(s), " ± "))));
      cells.add(HtmlTable.Cell.of(String.join("; ", t.recipes())));
      table.row(cells);
    }
    return table.html();
  }

  private DomContent cells() {
    List<Outcome> outcomes = report.chief();
    List<String> tasks = report.results().rows().get(0).cells().get(0).result().tasks();
    HtmlTable table =
        new HtmlTable("Cells, with the score of each task after the last one")
            .text("cell", "recipe")
            .numbers("seed");
    tasks.forEach(t -> table.measured(t, report.unit()));
    outcomes.forEach(o -> table.measured(o.shown(), Units.of(o)));
    table
        .measured("time", Units.SECONDS)
        .measured("peak memory", Units.MEGABYTES)
        .sortable("cells-table");
    Map<String, Observation> observed = new HashMap<>();
    report.cells().forEach(c -> observed.put(c.cell(), c));
    for (Results.Row row : report.results().rows()) {
      for (Results.Finished cell : row.cells()) {
        String id = cell.planned().id();
        Observation seen = observed.get(id);
        List<HtmlTable.Cell> cells = new ArrayList<>();
        cells.add(new HtmlTable.Cell(a(code(id)).withHref("#cell=" + id), id));
        cells.add(HtmlTable.Cell.of(row.label()));
        cells.add(HtmlTable.Cell.of("" + seen.seed(), seen.seed()));
        double[] last = cell.result().scores().last();
        for (int t = 0; t < tasks.size(); t++) {
          double v = t < last.length ? last[t] : Double.NaN;
          cells.add(HtmlTable.Cell.of(Numbers.of(v), v));
        }
        for (Outcome o : outcomes) {
          cells.add(HtmlTable.Cell.of(Numbers.of(seen.outcome(o.name())), seen.outcome(o.name())));
        }
        double seconds = Timing.number(cell.measured().wallSeconds());
        double peak = Timing.number(cell.measured().peakRssBytes()) / 1e6;
        cells.add(HtmlTable.Cell.of(Numbers.fixed(seconds, 1), seconds));
        cells.add(HtmlTable.Cell.of(Numbers.fixed(peak, 0), peak));
        table.row(cells);
      }
    }
    return table.html();
  }
}
