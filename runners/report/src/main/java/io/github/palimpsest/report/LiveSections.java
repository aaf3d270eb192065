package io.github.palimpsest.report;

import static j2html.TagCreator.code;
import static j2html.TagCreator.p;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.palimpsest.results.folder.CellHistory;
import io.github.palimpsest.results.folder.CellHistory.Point;
import io.github.palimpsest.results.folder.CellHistory.Segment;
import io.github.palimpsest.results.folder.CellHistory.Status;
import io.github.palimpsest.results.folder.GridPlan;
import io.github.palimpsest.results.folder.Json;
import io.github.palimpsest.results.folder.RunNote;
import io.github.palimpsest.results.text.BestSoFar;
import j2html.tags.DomContent;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * The sections of the {@link LivePage}; each is empty if it has nothing to show.
 *
 * @param grid the grid, if it can be read
 * @param figures receives the chart
 */
record LiveSections(Optional<LiveGrid.Grid> grid, Figures figures) {
  private static final String LOSS = "train/loss";

  /** The unit of training losses. */
  private static final String OBJECTIVE = "nats per token, with penalties; lower is better";

  private static final int LINES = 8;
  private static final int POINTS = 200;
  private static final int ROWS = 100;
  private static final int FAILURES = 20;

  /** The present work of each process. */
  List<DomContent> workers() {
    List<RunNote> runs = grid.map(g -> g.status().runs()).orElse(List.of());
    if (runs.isEmpty()) {
      return grid.filter(g -> !g.done()).isPresent()
          ? List.of(p("No process works on this grid now.").withClass("note"))
          : List.of();
    }
    HtmlTable table =
        new HtmlTable("Processes and their work")
            .text("process", "work", "recipe")
            .numbers("seed", "step")
            .measured("loss", OBJECTIVE)
            .numbers("speed");
    for (RunNote run : runs) {
      Optional<CellHistory> cell = cell(run);
      String loss = cell.map(LiveSections::loss).map(Numbers::general).orElse(Numbers.NONE);
      table.row(
          run.process(),
          activity(run),
          cell.map(c -> c.planned().label()).orElse(Objects.toString(run.recipe(), Numbers.NONE)),
          Objects.toString(run.seed(), Numbers.NONE),
          run.step() == null ? Numbers.NONE : run.step() + " of " + run.steps(),
          loss,
          run.speed().orElse(Numbers.NONE));
    }
    return List.of(table.html());
  }

  private String activity(RunNote run) {
    Optional<String> silence = grid.flatMap(g -> g.status().silence(run));
    return run.activity() + silence.map(s -> "; " + s).orElse("");
  }

  private Optional<CellHistory> cell(RunNote run) {
    return grid.stream()
        .flatMap(g -> g.cells().stream())
        .filter(c -> c.planned().id().equals(run.cell()))
        .findFirst();
  }

  private static double loss(CellHistory cell) {
    double last = Double.NaN;
    for (Segment s : cell.segments()) {
      if (s.series().equals(LOSS) && !s.points().isEmpty()) {
        last = s.points().get(s.points().size() - 1).value();
      }
    }
    return last;
  }

  /** The losses of the cells that processes work on; of the last ones of the plan if none does. */
  List<DomContent> losses() {
    List<CellHistory> trained =
        grid.map(LiveGrid.Grid::cells).orElse(List.of()).stream()
            .filter(c -> c.segments().stream().anyMatch(s -> s.series().equals(LOSS)))
            .toList();
    Set<String> atWork =
        grid.stream()
            .flatMap(g -> g.status().working().stream())
            .flatMap(run -> Optional.ofNullable(run.cell()).stream())
            .collect(Collectors.toSet());
    List<CellHistory> running =
        trained.stream().filter(c -> atWork.contains(c.planned().id())).toList();
    List<CellHistory> from = running.isEmpty() ? trained : running;
    List<CellHistory> shown = from.subList(Math.max(0, from.size() - LINES), from.size());
    if (shown.isEmpty()) {
      return List.of();
    }
    ObjectNode spec =
        Json.object()
            .put("kind", "curves")
            .put("x", "training step")
            .put("y", "loss (" + OBJECTIVE + ")")
            .put("log", false);
    spec.putArray("marks");
    ArrayNode series = spec.putArray("series");
    HtmlTable table =
        new HtmlTable("The last loss").text("cell").numbers("step").measured("loss", OBJECTIVE);
    for (CellHistory cell : shown) {
      List<Point> points =
          cell.segments().stream()
              .filter(s -> s.series().equals(LOSS))
              .flatMap(s -> s.points().stream())
              .filter(point -> Double.isFinite(point.value()))
              .toList();
      ArrayNode line = series.addObject().put("name", name(cell.planned())).putArray("points");
      int every = Math.max(1, points.size() / POINTS);
      for (int i = (points.size() - 1) % every; i < points.size(); i += every) {
        line.addArray().add(points.get(i).step()).add(points.get(i).value());
      }
      table.row(name(cell.planned()), "" + cell.lastStep(), Numbers.general(loss(cell)));
    }
    return List.of(
        figures.chart(
            running.isEmpty() ? "The loss of the last cells" : "The loss of the cells at work",
            (shown.size() == 1
                    ? "The line is one cell"
                    : "One line for each of " + Numbers.count(shown.size(), "cell"))
                + (from.size() > shown.size() ? ", the last ones of " + from.size() : "")
                + ".",
            spec,
            table));
  }

  private static String name(CellHistory.Planned cell) {
    return cell.label() + ", seed " + cell.seed();
  }

  /** The recipe with the best mean of each metric. */
  List<DomContent> best() {
    List<BestSoFar> best = grid.map(g -> BestSoFar.of(g.plan(), g.cells())).orElse(List.of());
    if (best.isEmpty()) {
      return List.of();
    }
    HtmlTable table =
        new HtmlTable("The best mean of each metric")
            .text("metric", "recipe")
            .numbers("mean")
            .text("unit")
            .numbers("seeds");
    GridPlan plan = grid.orElseThrow().plan();
    Map<String, String> units = new HashMap<>();
    plan.metrics().forEach(m -> units.put(m.name(), unit(plan, m)));
    best.forEach(
        b ->
            table.row(
                b.metric(),
                b.recipe(),
                Numbers.of(b.mean()),
                units.get(b.metric()),
                "" + b.seeds()));
    return List.of(
        table.html(),
        p("Means over the seeds that are done. They are no result: the report says what the seeds"
                + " can carry.")
            .withClass("note"));
  }

  /** The unit of the tasks' measure and the direction; the direction alone in earlier folders. */
  private static String unit(GridPlan plan, GridPlan.Metric metric) {
    return plan.measures().isEmpty()
        ? Units.direction(metric.higherIsBetter())
        : Units.of(plan.measures().get(0).unit(), metric.higherIsBetter());
  }

  /** The progress and the means of each recipe. */
  List<DomContent> recipes() {
    if (grid.isEmpty()) {
      return List.of();
    }
    LiveGrid.Grid all = grid.get();
    Map<String, int[]> counts = new LinkedHashMap<>();
    for (CellHistory c : all.cells()) {
      counts
          .computeIfAbsent(c.planned().label(), l -> new int[Status.values().length])[
          c.status().ordinal()]++;
    }
    List<String> metrics = all.plan().metrics().stream().map(GridPlan.Metric::name).toList();
    Map<String, Map<String, Double>> means = new LinkedHashMap<>();
    for (String metric : metrics) {
      Map<String, Double> values = new LinkedHashMap<>();
      BestSoFar.means(metric, all.cells()).forEach(m -> values.put(m.recipe(), m.mean()));
      means.put(metric, values);
    }
    HtmlTable table =
        new HtmlTable("Recipes, with the means over the seeds that are done")
            .text("recipe")
            .numbers("done", "begun", "waiting", "failed");
    all.plan().metrics().forEach(m -> table.measured(m.name(), unit(all.plan(), m)));
    counts.entrySet().stream()
        .limit(ROWS)
        .forEach(
            e -> {
              List<String> row = new ArrayList<>();
              row.add(e.getKey());
              for (Status s :
                  new Status[] {Status.FINISHED, Status.RUNNING, Status.WAITING, Status.FAILED}) {
                row.add("" + e.getValue()[s.ordinal()]);
              }
              metrics.forEach(
                  m ->
                      row.add(
                          Numbers.of(
                              means
                                  .getOrDefault(m, Map.of())
                                  .getOrDefault(e.getKey(), Double.NaN))));
              table.row(row.toArray(String[]::new));
            });
    List<DomContent> content = new ArrayList<>(List.of(table.html()));
    if (counts.size() > ROWS) {
      content.add(p("And " + (counts.size() - ROWS) + " more recipes.").withClass("note"));
    }
    return content;
  }

  /** The last failures, with their reasons. */
  List<DomContent> failures() {
    List<CellHistory> failed =
        grid.map(LiveGrid.Grid::cells).orElse(List.of()).stream()
            .filter(c -> c.status() == Status.FAILED)
            .toList();
    if (failed.isEmpty()) {
      return List.of();
    }
    HtmlTable table =
        new HtmlTable("Cells that failed").text("cell", "recipe").numbers("seed").text("reason");
    for (CellHistory c : failed.subList(Math.max(0, failed.size() - FAILURES), failed.size())) {
      table.row(
          List.of(
              new HtmlTable.Cell(code(c.planned().id()), ""),
              HtmlTable.Cell.of(c.planned().label()),
              HtmlTable.Cell.of("" + c.planned().seed()),
              HtmlTable.Cell.of(c.reason().orElse(Numbers.NONE))));
    }
    List<DomContent> content = new ArrayList<>(List.of(table.html()));
    if (failed.size() > FAILURES) {
      content.add(p("The last " + FAILURES + " of " + failed.size() + ".").withClass("note"));
    }
    return content;
  }
}
