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

import io.github.palimpsest.results.folder.Timing;
import io.github.palimpsest.results.text.Results;
import io.github.palimpsest.results.text.ShellWord;
import j2html.tags.DomContent;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;

/** The provenance of every cell: recipe, command, plugins, data and code by their hashes. */
record ProvenanceSection(Report report) {

  List<DomContent> content() {
    List<DomContent> all = new ArrayList<>();
    all.add(
        p("A cell's id is the hash of everything that determines its result. Its command computes it again, to"
                + " the same bytes on the same kind of processor.")
            .withClass("lead"));
    HtmlTable shared = new HtmlTable("What all cells share").text("name", "value");
    report.shared().forEach((name, value) -> shared.row(name, value));
    TreeSet<String> plugins = new TreeSet<>();
    report.results().rows().stream()
        .flatMap(r -> r.cells().stream())
        .flatMap(c -> c.result().components().stream())
        .map(c -> String.join("\t", c.plugin(), c.version(), c.jar(), c.sha256()))
        .forEach(plugins::add);
    HtmlTable jars = new HtmlTable("Plugins").text("plugin", "version", "JAR", "SHA-256");
    plugins.forEach(x -> jars.row(x.split("\t", -1)));
    all.add(details(summary("What all cells share"), shared.html()));
    all.add(details(summary("Plugins"), jars.html()));
    all.add(h3("Recipes and their cells"));
    all.add(
        div(button("Open all")
                .attr("type", "button")
                .withClass("button")
                .attr("aria-expanded", "false")
                .attr("data-open-all", "provenance-cells"))
            .withClass("tools"));
    List<DomContent> cells = new ArrayList<>();
    report.results().rows().forEach(row -> cells.add(recipe(row)));
    all.add(
        div(each(cells.toArray(DomContent[]::new)))
            .withId("provenance-cells")
            .withClass("provenance"));
    return all;
  }

  private DomContent recipe(Results.Row row) {
    List<DomContent> content = new ArrayList<>();
    Results.Finished first = row.cells().get(0);
    content.add(summary(row.label() + ", " + Numbers.count(row.cells().size(), "cell")));
    content.add(copyable("Recipe", "recipe-" + first.result().id(), first.result().recipe()));
    Map<String, List<String>> machines = new LinkedHashMap<>();
    for (Results.Finished cell : row.cells()) {
      String id = cell.result().id();
      String seed = "" + cell.result().seed();
      command()
          .ifPresent(
              c ->
                  content.add(
                      copyable(
                          "Command of seed " + seed,
                          "command-" + id,
                          c + id + " --out again-" + id)));
      machines.computeIfAbsent(machine(cell.measured()), m -> new ArrayList<>()).add(seed);
    }
    machines.forEach(
        (machine, seeds) ->
            content.add(
                p((seeds.size() == 1 ? "Seed " : "Seeds ")
                        + String.join(", ", seeds)
                        + ": run on "
                        + machine)
                    .withClass("note")));
    return details().with(content.toArray(DomContent[]::new));
  }

  private static String machine(Timing measured) {
    return Timing.text(measured.os(), "an unknown system")
        + ", Java "
        + Timing.text(measured.java(), "unknown")
        + ", device "
        + Timing.text(measured.device(), "unknown")
        + ", "
        + Numbers.count(measured.processors() == null ? 0 : measured.processors(), "processor")
        + (measured.resumed() ? ", with an interruption" : "")
        + ".";
  }

  /** The command that computes a cell again, up to the cell's id; empty without an origin. */
  Optional<String> command() {
    return report
        .origin()
        .map(
            origin -> {
              List<String> words = new ArrayList<>(List.of("palimpsest", "run"));
              words.addAll(origin.arguments());
              words.add("--cell");
              return String.join(" ", words.stream().map(ShellWord::of).toList()) + " ";
            });
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
