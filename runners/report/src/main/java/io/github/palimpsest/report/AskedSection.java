package io.github.palimpsest.report;

import static j2html.TagCreator.h3;
import static j2html.TagCreator.p;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.palimpsest.ablation.Report;
import j2html.tags.DomContent;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** The design: tasks, axes, seeds, and what was not run and why. */
record AskedSection(Results results) {

  List<DomContent> content() {
    List<DomContent> all = new ArrayList<>();
    Report report = results.report();
    all.add(p(design()).withClass("lead"));
    HtmlTable tasks =
        new HtmlTable("The tasks, in the order of training")
            .text("task", "data", "scored by")
            .numbers("steps");
    HtmlTable axes = new HtmlTable("The axes and their levels").text("axis", "levels");
    if (!results.isEmpty()) {
      JsonNode any = report.rows().get(0).cells().get(0).result();
      for (int i = 0; i < any.path("tasks").size(); i++) {
        String at = "task." + (i + 1) + ".";
        tasks.row(
            any.path("tasks").path(i).asText(),
            data(results.shared(at + "data")),
            results.shared(at + "measure"),
            any.path("steps").path(i).asText());
      }
      results.axes().forEach((axis, levels) -> axes.row(axis, String.join("  |  ", levels)));
    }
    if (!tasks.isEmpty()) {
      all.add(tasks.html());
    }
    if (!axes.isEmpty()) {
      all.add(axes.html());
    }
    left(all, "Not run, because a rule excludes it", report.excluded(), "levels", "rule");
    left(all, "Failed", report.failed(), "label", "seed");
    if (report.missing() > 0) {
      all.add(p(Numbers.count(report.missing(), "cell") + " of the plan without a result yet."));
    }
    if (report.strangers() > 0) {
      all.add(
          p(
              Numbers.count(report.strangers(), "result")
                  + " of earlier plans in this folder are"
                  + " not shown."));
    }
    return all;
  }

  /** Data by their name, or the beginning of their hash. */
  private static String data(String data) {
    return data.matches("[0-9a-f]{64}") ? "SHA-256 " + data.substring(0, 12) + "…" : data;
  }

  private String design() {
    if (results.isEmpty()) {
      return "There is a plan, and no cell has finished.";
    }
    String axes =
        results.axes().entrySet().stream()
            .map(e -> Numbers.count(e.getValue().size(), "level") + " of " + e.getKey())
            .collect(Collectors.joining(", "));
    String batch = results.shared("training.batch");
    return "A model is trained on one task after another, by every combination of "
        + axes
        + " that the rules allow, each with "
        + Numbers.count(results.seeds().size(), "seed")
        + (batch.isEmpty() ? "" : ", " + batch + " examples a step")
        + ". Cells with the same seed see the same data in the same order, so they are compared in"
        + " pairs.";
  }

  private static void left(
      List<DomContent> all, String title, List<JsonNode> nodes, String what, String more) {
    if (nodes.isEmpty()) {
      return;
    }
    HtmlTable table = new HtmlTable(title).text(what, more, "reason");
    nodes.forEach(
        n -> table.row(n.path(what).asText(), n.path(more).asText(), n.path("reason").asText()));
    all.add(h3(title));
    all.add(table.html());
  }
}
