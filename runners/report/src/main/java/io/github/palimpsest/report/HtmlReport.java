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
import io.github.palimpsest.results.text.Report;
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
  private final Results results;
  private final ObjectNode data = Results.object();
  private final Figures figures = new Figures(data.putObject("figures"));

  private HtmlReport(Results results) {
    this.results = results;
  }

  /**
   * The report of a folder.
   *
   * @throws io.github.palimpsest.api.PalimpsestException if it is not an output folder
   */
  public static String of(Path folder) {
    return new HtmlReport(Results.of(folder)).page();
  }

  private String page() {
    List<Page.Part> parts = new ArrayList<>();
    add(parts, "asked", "What was asked", new AskedSection(results).content());
    if (!results.isEmpty()) {
      add(parts, "answer", "The answer", new AnswerSection(results).content());
      add(parts, "cells", "Recipes and cells", new CellsSection(results).content());
      add(parts, "scores", "Score matrices", new ScoresSection(results).content());
      add(parts, "effects", "Effects", new EffectsSection(results, figures).content());
      add(parts, "frontier", "Learn and retain", new FrontierSection(results, figures).content());
      add(parts, "training", "Training", new TrainingSection(results, figures).content());
      add(parts, "sharpness", "Sharpness", new SharpnessSection(results, figures).content());
      add(parts, "landscapes", "Landscapes", new LandscapeSection(results).content());
      add(parts, "power", "What would change it", new PowerSection(results, figures).content());
      add(parts, "provenance", "Provenance", new ProvenanceSection(results).content());
    }
    Report report = results.report();
    return Page.of(
        report.experiment() + ": results",
        head(),
        parts,
        footer(
            p(
                text("Made by "),
                code("palimpsest report"),
                text(
                    " from the cells of one output folder. Intervals are 95 % intervals; p-values"
                        + " are adjusted by Holm within an outcome."))),
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
    Report report = results.report();
    Map<String, String> facts = new LinkedHashMap<>();
    int cells = results.cells().size();
    facts.put(
        "cells finished", cells + " of " + (cells + report.failed().size() + report.missing()));
    facts.put("recipes", "" + report.rows().size());
    facts.put("seeds", "" + results.seeds().size());
    facts.put("failed", "" + report.failed().size());
    facts.put("excluded", "" + report.excluded().size());
    return header(
        h1(report.experiment()),
        p(results.isEmpty()
                ? "No cell has finished yet."
                : "Which recipe learns the new tasks and forgets least? Tasks are scored by "
                    + report.measure()
                    + (report.higherIsBetter() ? "; higher is better." : "; lower is better."))
            .withClass("lead"),
        dl(each(facts, (name, value) -> div(dt(name), dd(value)))).withClass("facts"));
  }
}
