package io.github.palimpsest.report;

import static j2html.TagCreator.div;
import static j2html.TagCreator.each;
import static j2html.TagCreator.p;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.palimpsest.api.PalimpsestException;
import io.github.palimpsest.results.analysis.Observation;
import io.github.palimpsest.results.folder.Json;
import io.github.palimpsest.results.folder.Measurement;
import io.github.palimpsest.results.statistics.Correlation;
import j2html.tags.DomContent;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Sharpness against forgetting: the paper's claim, with the correlation and its interval. */
record SharpnessSection(Report report, Figures figures) {
  private static final double CONFIDENCE = 0.95;
  private static final List<String> PLAIN = List.of("loss", "iterations", "standard-error");

  /** The value of a probe in a cell. */
  private record Point(Observation cell, double value) {}

  List<DomContent> content() {
    Map<String, List<Point>> byProbe = new LinkedHashMap<>();
    for (Measurement m : report.measurements()) {
      Optional<Observation> cell =
          report.cells().stream().filter(c -> c.cell().equals(m.cell())).findFirst();
      m.summary()
          .forEach(
              (name, value) -> {
                if (cell.isPresent() && !PLAIN.contains(name)) {
                  byProbe
                      .computeIfAbsent(
                          m.probe() + ", " + name + ", on " + m.on(), k -> new ArrayList<>())
                      .add(new Point(cell.get(), value));
                }
              });
    }
    List<DomContent> all = new ArrayList<>();
    if (byProbe.isEmpty()) {
      return all;
    }
    String outcome =
        report.analysis().outcomes().stream().anyMatch(o -> o.name().equals("forgetting"))
            ? "forgetting"
            : report.analysis().outcomes().get(0).name();
    all.add(
        p("The claim: flatter minima forget less, so sharpness and forgetting rise together (Li et"
                + " al. 2024, arXiv:2406.04836). Each mark is a cell. Pearson's r with Fisher's 95 %"
                + " interval; cells of one recipe are alike, so the interval is too narrow where"
                + " recipes have several seeds. A correlation is not a cause: whatever trains"
                + " longer or further moves both.")
            .withClass("lead"));
    HtmlTable table =
        new HtmlTable("Probes against " + outcome)
            .text("probe")
            .numbers("cells", "r", "95 % interval", "rank correlation")
            .sortable("probes-table");
    List<DomContent> charts = new ArrayList<>();
    byProbe.forEach(
        (name, points) -> {
          List<Point> known =
              points.stream().filter(x -> Double.isFinite(x.cell().outcome(outcome))).toList();
          Optional<Correlation> c = correlation(known, outcome);
          table.row(
              List.of(
                  HtmlTable.Cell.of(name),
                  HtmlTable.Cell.of("" + known.size(), known.size()),
                  HtmlTable.Cell.of(
                      c.map(x -> Numbers.signed(x.interval().estimate())).orElse(Numbers.NONE),
                      c.map(x -> x.interval().estimate()).orElse(Double.NaN)),
                  HtmlTable.Cell.of(
                      c.map(x -> Numbers.range(x.interval())).orElse(Numbers.NONE),
                      c.map(x -> x.interval().low()).orElse(Double.NaN)),
                  HtmlTable.Cell.of(
                      c.map(x -> Numbers.signed(x.spearman())).orElse(Numbers.NONE),
                      c.map(Correlation::spearman).orElse(Double.NaN))));
          charts.add(chart(name, known, outcome, c));
        });
    all.add(table.html());
    all.add(div(each(charts.toArray(DomContent[]::new))).withClass("grid"));
    return all;
  }

  private static Optional<Correlation> correlation(List<Point> points, String outcome) {
    try {
      return Optional.of(
          Correlation.of(
              points.stream().mapToDouble(Point::value).toArray(),
              points.stream().mapToDouble(x -> x.cell().outcome(outcome)).toArray(),
              CONFIDENCE));
    } catch (PalimpsestException e) {
      return Optional.empty(); // too few cells, or equal ones
    }
  }

  private DomContent chart(
      String name, List<Point> points, String outcome, Optional<Correlation> c) {
    ObjectNode spec = Json.object().put("kind", "scatter").put("x", name).put("y", outcome);
    ArrayNode groups = spec.putArray("groups");
    ArrayNode marks = spec.putArray("points");
    HtmlTable table =
        new HtmlTable(name + " and " + outcome).text("recipe").numbers("seed", "probe", outcome);
    points.stream().map(x -> x.cell().recipe()).distinct().forEach(groups::add);
    for (Point x : points) {
      double y = x.cell().outcome(outcome);
      marks
          .addObject()
          .put("name", x.cell().recipe() + ", seed " + x.cell().seed())
          .put("group", x.cell().recipe())
          .put("x", x.value())
          .put("y", y);
      table.row(x.cell().recipe(), "" + x.cell().seed(), Numbers.general(x.value()), Numbers.of(y));
    }
    String alternative =
        c.map(
                x ->
                    "r = "
                        + Numbers.signed(x.interval().estimate())
                        + " (95 % "
                        + Numbers.range(x.interval())
                        + ", "
                        + x.n()
                        + " cells)"
                        + (x.interval().excludes(0)
                            ? x.interval().estimate() > 0
                                ? ": they rise together."
                                : ": one rises as the other falls."
                            : ", which may be none."))
            .orElse("Too few different cells for a correlation.");
    return figures.chart(
        EffectsSection.capital(name) + " against " + outcome, alternative, spec, table);
  }
}
