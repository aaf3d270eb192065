package io.github.palimpsest.report;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.palimpsest.results.folder.Json;
import io.github.palimpsest.results.text.TrainingCurve;
import j2html.tags.DomContent;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The objective over training, a line for each recipe. */
record TrainingSection(Report report, Figures figures) {

  List<DomContent> content() {
    List<TrainingCurve> curves = report.curves();
    if (curves.isEmpty()) {
      return List.of();
    }
    boolean positive =
        curves.stream().flatMap(c -> c.points().stream()).allMatch(p -> p.loss() > 0);
    ObjectNode spec =
        Json.object()
            .put("kind", "curves")
            .put("x", "training step")
            .put("y", "objective (nats per target token, and penalties; lower is better)")
            .put("log", positive);
    ArrayNode marks = spec.putArray("marks");
    Map<String, Double> begins = new LinkedHashMap<>();
    List<TrainingCurve.Point> first = curves.get(0).points();
    double half = first.size() < 2 ? 0 : (first.get(1).step() - first.get(0).step()) / 2;
    first.forEach(p -> begins.putIfAbsent(p.task(), Math.max(0, p.step() - half)));
    spec.put("end", Math.ceil(first.get(first.size() - 1).step() + half - 1e-6));
    begins.forEach((task, step) -> marks.addObject().put("label", task).put("x", step));
    ArrayNode series = spec.putArray("series");
    HtmlTable table =
        new HtmlTable("The mean objective of the last part of each task").text("recipe");
    begins.keySet().forEach(t -> table.measured(t, "nats, and penalties; lower is better"));
    for (TrainingCurve c : curves) {
      ArrayNode points = series.addObject().put("name", c.recipe()).putArray("points");
      Map<String, Double> last = new LinkedHashMap<>();
      for (TrainingCurve.Point p : c.points()) {
        points.addArray().add(p.step()).add(rounded(p.loss()));
        last.put(p.task(), p.loss());
      }
      List<HtmlTable.Cell> row = new java.util.ArrayList<>();
      row.add(HtmlTable.Cell.of(c.recipe()));
      begins
          .keySet()
          .forEach(
              t -> row.add(HtmlTable.Cell.of(Numbers.general(last.getOrDefault(t, Double.NaN)))));
      table.row(row);
    }
    return List.of(
        figures.chart(
            "The objective over training",
            "One line for each of "
                + Numbers.count(curves.size(), "recipe")
                + ", the mean over seeds and over bins of steps"
                + (positive ? ", on a logarithmic scale" : "")
                + ". Dashed lines mark where a task begins."
                + (curves.size() > 8
                    ? " The first eight are shown; the legend turns others on."
                    : ""),
            spec,
            table));
  }

  /** Four digits are more precise than a line on the screen, and keep the file small. */
  private static double rounded(double value) {
    return Double.parseDouble(String.format(java.util.Locale.ROOT, "%.4g", value));
  }
}
