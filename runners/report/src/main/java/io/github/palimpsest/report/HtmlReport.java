package io.github.palimpsest.report;

import static j2html.TagCreator.code;
import static j2html.TagCreator.dd;
import static j2html.TagCreator.div;
import static j2html.TagCreator.dl;
import static j2html.TagCreator.dt;
import static j2html.TagCreator.each;
import static j2html.TagCreator.footer;
import static j2html.TagCreator.h1;
import static j2html.TagCreator.h2;
import static j2html.TagCreator.header;
import static j2html.TagCreator.p;
import static j2html.TagCreator.section;
import static j2html.TagCreator.text;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.palimpsest.results.folder.Json;
import io.github.palimpsest.results.text.Results;
import j2html.tags.DomContent;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The results in an output folder as one HTML file: it opens from disk and loads nothing. Equal
 * folders give equal bytes.
 */
public final class HtmlReport {
  private final Report report;
  private final ObjectNode data = Json.object();
  private final Figures figures = new Figures(data.putObject("figures"));

  private HtmlReport(Report report) {
    this.report = report;
  }

  /**
   * The report of a folder.
   *
   * @throws io.github.palimpsest.api.PalimpsestException if it is not an output folder
   */
  public static String of(Path folder) {
    return of(folder, Results.of(folder));
  }

  /**
   * The report of a folder.
   *
   * @param results of the folder, with how its cells are analysed
   */
  public static String of(Path folder, Results results) {
    return new HtmlReport(Report.of(folder, results)).page();
  }

  private String page() {
    List<Page.Part> parts = new ArrayList<>();
    add(parts, "asked", "What was asked", new AskedSection(report).content());
    if (!report.isEmpty()) {
      add(parts, "answer", "The answer", new AnswerSection(report).content());
      add(parts, "cells", "Recipes and cells", new CellsSection(report).content());
      add(parts, "scores", "Score matrices", new ScoresSection(report).content());
      add(parts, "items", "Items lost and gained", new ItemsSection(report).content());
      add(parts, "examples", "Example by example", new ExamplesSection(report).content());
      add(parts, "effects", "Effects", new EffectsSection(report, figures).content());
      add(parts, "frontier", "Learn and retain", new FrontierSection(report, figures).content());
      add(parts, "equal", "At equal loss", new EqualLossSection(report, figures).content());
      add(parts, "training", "Training", new TrainingSection(report, figures).content());
      add(parts, "sharpness", "Sharpness", new SharpnessSection(report, figures).content());
      add(parts, "landscapes", "Landscapes", new LandscapeSection(report).content());
      add(parts, "power", "What would change it", new PowerSection(report, figures).content());
      CellData.put(report, data);
      add(parts, "provenance", "Provenance", new ProvenanceSection(report).content());
    }
    Results results = report.results();
    return Page.of(
        results.experiment() + ": results",
        head(),
        parts,
        footer(
            p(
                text("Made by "),
                code("palimpsest report"),
                text(
                    " from the cells of one output folder. Intervals are 95 % intervals; p-values"
                        + " are adjusted by Holm, within an outcome if a section does not name"
                        + " another family."))),
        data);
  }

  private static void add(List<Page.Part> parts, String id, String name, List<DomContent> content) {
    if (!content.isEmpty()) {
      parts.add(
          new Page.Part(
              id,
              name,
              section(h2(name).withId(id + "-title"), each(content.toArray(DomContent[]::new)))
                  .withId(id)
                  .attr("aria-labelledby", id + "-title")));
    }
  }

  private DomContent head() {
    Results results = report.results();
    Map<String, String> facts = new LinkedHashMap<>();
    int cells = report.cells().size();
    facts.put(
        "cells finished", cells + " of " + (cells + results.failed().size() + results.missing()));
    facts.put(
        "recipes", "" + report.plan().cells().stream().map(c -> c.label()).distinct().count());
    facts.put("seeds", "" + report.plannedSeeds().size());
    facts.put("failed", "" + results.failed().size());
    facts.put("excluded", "" + results.excluded().size());
    return header(
        h1(results.experiment()),
        p(report.isEmpty()
                ? "No cell has finished yet."
                : "Which recipe learns the new tasks and forgets least? Tasks are scored by "
                    + results.measure()
                    + (results.higherIsBetter() ? "; higher is better." : "; lower is better."))
            .withClass("lead"),
        dl(each(facts, (name, value) -> div(dt(name), dd(value)))).withClass("facts"));
  }
}
