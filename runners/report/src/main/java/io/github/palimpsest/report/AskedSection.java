package io.github.palimpsest.report;

import static j2html.TagCreator.h3;
import static j2html.TagCreator.p;

import io.github.palimpsest.results.folder.CellResult;
import io.github.palimpsest.results.folder.GridPlan;
import io.github.palimpsest.results.text.MissingValues;
import io.github.palimpsest.results.text.Results;
import j2html.tags.DomContent;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** The design: tasks, axes, seeds, and the combinations that were not run, with reasons. */
record AskedSection(Report report) {

  List<DomContent> content() {
    List<DomContent> all = new ArrayList<>();
    Results results = report.results();
    all.add(p(design()).withClass("lead"));
    all.addAll(selection());
    HtmlTable tasks =
        new HtmlTable("The tasks, in the order of training")
            .text("task", "data", "scored by")
            .numbers("steps");
    HtmlTable axes = new HtmlTable("The axes and their levels").text("axis", "levels");
    if (!report.isEmpty()) {
      CellResult any = results.rows().get(0).cells().get(0).result();
      for (int i = 0; i < any.tasks().size(); i++) {
        String at = "task." + (i + 1) + ".";
        tasks.row(
            any.tasks().get(i),
            data(report.shared(at + "data")),
            report.shared(at + "measure"),
            i < any.steps().size() ? "" + any.steps().get(i) : "");
      }
      report.plannedAxes().forEach((axis, levels) -> axes.row(axis, String.join("  |  ", levels)));
    }
    if (!tasks.isEmpty()) {
      all.add(tasks.html());
    }
    if (!axes.isEmpty()) {
      all.add(axes.html());
    }
    kept().ifPresent(all::add);
    HtmlTable excluded =
        new HtmlTable("Not run, because a rule excludes it").text("levels", "rule", "reason");
    results.excluded().forEach(e -> excluded.row(e.levels(), e.rule(), e.reason()));
    left(all, "Not run, because a rule excludes it", excluded);
    HtmlTable failed = new HtmlTable("Failed").text("label", "seed", "reason");
    results.failed().forEach(f -> failed.row(f.label(), "" + f.seed(), f.reason()));
    left(all, "Failed", failed);
    results.absentInWords().ifPresent(a -> all.add(p(EffectsSection.capital(a) + ".")));
    results.refusals().forEach(r -> all.add(p("Refused: " + r + ".")));
    new MissingValues(results)
        .failedMetrics()
        .forEach(metric -> all.add(p("Failed: " + metric + ".")));
    if (results.missing() > 0) {
      all.add(p(Numbers.count(results.missing(), "cell") + " of the plan without a result yet."));
    }
    GridPlan.ofEarlierPlans(results.strangers()).ifPresent(s -> all.add(p(s + ".")));
    return all;
  }

  /** The name of data, or the beginning of their hash. */
  private static String data(String data) {
    return data.matches("[0-9a-f]{64}") ? "SHA-256 " + data.substring(0, 12) + "…" : data;
  }

  private String design() {
    if (report.isEmpty()) {
      return "There is a plan, but no cell has finished.";
    }
    String axes =
        report.plannedAxes().entrySet().stream()
            .map(e -> Numbers.count(e.getValue().size(), "level") + " of " + e.getKey())
            .collect(Collectors.joining(", "));
    String batch = report.shared("training.batch");
    boolean whole = isWhole();
    return "The model '"
        + report.shared("model")
        + "' is trained on one task after another, by "
        + (whole ? "every combination of " : "some combinations of ")
        + axes
        + (whole ? " that the rules allow" : "")
        + ", each with "
        + Numbers.count(report.plannedSeeds().size(), "seed")
        + (batch.isEmpty() ? "" : ", " + batch + " examples per step")
        + (report.shared("training.budget").equals("compute")
            ? ", and steps by passes, so that all cells take equal compute"
            : "")
        + ". Cells with the same seed see the same data in the same order, so they are compared in"
        + " pairs.";
  }

  /** Whether every combination of levels was run or excluded: no design, and no axes in pairs. */
  private boolean isWhole() {
    Set<String> planned = new HashSet<>();
    report.plan().cells().forEach(c -> planned.add(c.label()));
    long combinations =
        report.plannedAxes().values().stream().mapToLong(Set::size).reduce(1, Math::multiplyExact);
    return report.plan().design() == null
        && planned.size() + report.results().excluded().size() >= combinations;
  }

  /** The combinations that a design selected, and the aliased effects of a fraction. */
  private List<DomContent> selection() {
    GridPlan.Design design = report.plan().design();
    if (design == null) {
      return List.of();
    }
    List<DomContent> all = new ArrayList<>();
    all.add(
        p(
            EffectsSection.capital(design.text())
                + "; "
                + Numbers.count(design.leftOut(), "combination")
                + " left out."));
    if (!design.confounded().isEmpty()) {
      HtmlTable aliases =
          new HtmlTable("Effects that this fraction cannot tell apart").text("each sum is one");
      design.confounded().forEach(a -> aliases.row(a));
      all.add(aliases.html());
    }
    return all;
  }

  /** Sets that are scored and never trained on. */
  private Optional<DomContent> kept() {
    if (report.isEmpty()) {
      return Optional.empty();
    }
    HtmlTable sets =
        new HtmlTable("Scored before and after each task, never trained on")
            .text("set", "data", "scored by");
    report
        .results()
        .rows()
        .get(0)
        .cells()
        .get(0)
        .result()
        .evaluation()
        .forEach(
            (name, kept) ->
                sets.row(
                    name, data(report.shared("evaluation." + name + ".data")), kept.measure()));
    return sets.isEmpty() ? Optional.empty() : Optional.of(sets.html());
  }

  private static void left(List<DomContent> all, String title, HtmlTable table) {
    if (!table.isEmpty()) {
      all.add(h3(title));
      all.add(table.html());
    }
  }
}
