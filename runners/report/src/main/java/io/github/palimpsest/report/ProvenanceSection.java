package io.github.palimpsest.report;

import static j2html.TagCreator.button;
import static j2html.TagCreator.code;
import static j2html.TagCreator.details;
import static j2html.TagCreator.div;
import static j2html.TagCreator.each;
import static j2html.TagCreator.h3;
import static j2html.TagCreator.p;
import static j2html.TagCreator.pre;
import static j2html.TagCreator.span;
import static j2html.TagCreator.summary;
import static j2html.TagCreator.text;

import io.github.palimpsest.results.folder.Measured;
import io.github.palimpsest.results.text.Results;
import j2html.tags.DomContent;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;

/** What every cell was made of: recipe, command, plugins, data and code by their hashes. */
record ProvenanceSection(Report report) {

  List<DomContent> content() {
    List<DomContent> all = new ArrayList<>();
    all.add(
        p("A cell's id is the hash of all that determines its result. Its command makes it anew, to"
                + " the same bytes on the same kind of processor.")
            .withClass("lead"));
    HtmlTable shared = new HtmlTable("What all cells share").text("name", "value");
    report.shared().forEach((name, value) -> shared.row(name, value));
    TreeSet<String> plugins = new TreeSet<>();
    report
        .results()
        .rows()
        .forEach(
            r ->
                r.cells()
                    .get(0)
                    .result()
                    .components()
                    .forEach(
                        c ->
                            plugins.add(
                                String.join("\t", c.plugin(), c.version(), c.jar(), c.sha256()))));
    HtmlTable jars = new HtmlTable("Plugins").text("plugin", "version", "JAR", "SHA-256");
    plugins.forEach(x -> jars.row(x.split("\t", -1)));
    all.add(details(summary("What all cells share"), shared.html()));
    all.add(details(summary("Plugins"), jars.html()));
    all.add(h3("Cells"));
    all.add(
        div(button("Open all")
                .attr("type", "button")
                .withClass("button")
                .attr("aria-expanded", "false")
                .attr("data-open-all", "provenance-cells"))
            .withClass("tools"));
    List<DomContent> cells = new ArrayList<>();
    for (Results.Row row : report.results().rows()) {
      row.cells().forEach(c -> cells.add(cell(row.label(), c)));
    }
    all.add(
        div(each(cells.toArray(DomContent[]::new)))
            .withId("provenance-cells")
            .withClass("provenance"));
    return all;
  }

  private DomContent cell(String label, Results.Finished cell) {
    String id = cell.result().id();
    Measured measured = cell.measured();
    List<DomContent> content = new ArrayList<>();
    content.add(summary(code(id), text("  " + label + ", seed " + cell.result().seed())));
    content.add(copyable("Recipe", "recipe-" + id, cell.result().recipe()));
    if (report.origin().isPresent()) {
      content.add(copyable("Command", "command-" + id, command(id)));
    }
    content.add(
        p("Run on "
                + Measured.text(measured.os(), "an unknown system")
                + ", Java "
                + Measured.text(measured.java(), "unknown")
                + ", device "
                + Measured.text(measured.device(), "unknown")
                + ", "
                + Numbers.count(
                    measured.processors() == null ? 0 : measured.processors(), "processor")
                + (measured.resumed() ? ", with an interruption" : "")
                + ".")
            .withClass("note"));
    return details().with(content.toArray(DomContent[]::new));
  }

  private String command(String id) {
    List<String> words = new ArrayList<>(List.of("palimpsest", "run"));
    words.addAll(report.origin().orElseThrow().arguments());
    words.addAll(List.of("--cell", id, "--out", "again-" + id));
    return String.join(" ", words.stream().map(ProvenanceSection::quoted).toList());
  }

  /** A word as a shell reads it. */
  static String quoted(String word) {
    return word.matches("[A-Za-z0-9_./:=,@%+-]+") ? word : "'" + word.replace("'", "'\\''") + "'";
  }

  private static DomContent copyable(String name, String id, String content) {
    return div(
        span(name + " "),
        button("Copy")
            .attr("type", "button")
            .withClass("button")
            .attr("data-copy", id)
            .attr("aria-label", "Copy the " + name.toLowerCase(java.util.Locale.ROOT)),
        pre(code(content).withId(id)));
  }
}
