package io.github.palimpsest.ablation;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.palimpsest.ablation.CellHistory.Point;
import io.github.palimpsest.ablation.CellHistory.Segment;
import io.github.palimpsest.ablation.CellHistory.Status;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * The {@linkplain CellHistory histories} of an output folder's cells, read from its files alone
 * again and again while any number of processes write to it. What cannot change any more is read
 * once.
 *
 * <p>The series of a cell: {@code train/loss}, the objective at every step; {@code score/SET},
 * before the first task and after each; {@code metric/NAME} and {@code probe/PROBE/VALUE}, at the
 * last step. Steps count from the first task's first.
 */
public final class FolderHistory {
  private static final String CELLS = "cells";
  private static final String CHAIN = "stages";
  private static final String ROWS = "rows";

  private final Path folder;
  private final Map<String, List<Point>> trained = new HashMap<>();
  private final Map<String, Map<String, Double>> scored = new HashMap<>();
  private final Map<String, CellHistory> finished = new HashMap<>();

  /** The histories of a folder, which need not be there yet. */
  public FolderHistory(Path folder) {
    this.folder = folder;
  }

  /** Notes which stages and rows each cell is made of, so that other processes can follow it. */
  static void note(Plan plan, Stages stages, ObjectNode into) {
    ObjectNode cells = into.putObject(CELLS);
    for (Cell cell : plan.cells()) {
      ObjectNode node = cells.putObject(cell.id());
      stages.of(cell).forEach(s -> node.withArrayProperty(CHAIN).add(s.id()));
      for (int task = -1; task < plan.experiment().tasks().size(); task++) {
        node.withArrayProperty(ROWS).add(stages.row(cell, task));
      }
    }
  }

  /** The experiment's name; empty if the folder has no plan yet. */
  public Optional<String> experiment() {
    return plan().map(p -> p.path("experiment").asText());
  }

  /** What is known now of every cell of the latest plan; nothing if the folder has none yet. */
  public List<CellHistory> read() {
    Path file = folder.resolve(RunStatus.STAGES);
    JsonNode made = Files.isRegularFile(file) ? JsonFile.read(file).path(CELLS) : JsonFile.object();
    Map<String, List<Measurement>> measured =
        Measurement.of(folder).stream().collect(Collectors.groupingBy(Measurement::cell));
    List<CellHistory> cells = new ArrayList<>();
    plan()
        .ifPresent(
            plan -> {
              for (JsonNode cell : plan.path("cells")) {
                String id = cell.path("id").asText();
                CellHistory known = history(planned(cell), made.path(id));
                cells.add(known.plus(probed(measured.getOrDefault(id, List.of()), known)));
              }
            });
    return cells;
  }

  private Optional<JsonNode> plan() {
    Path file = folder.resolve(OutputFolder.PLAN);
    return Files.isRegularFile(file) ? Optional.of(JsonFile.read(file)) : Optional.empty();
  }

  private static CellHistory.Planned planned(JsonNode cell) {
    TreeMap<String, String> levels = new TreeMap<>();
    cell.path("levels").properties().forEach(e -> levels.put(e.getKey(), e.getValue().asText()));
    return new CellHistory.Planned(
        cell.path("id").asText(),
        cell.path("label").asText(),
        cell.path("recipe").asText(),
        cell.path("seed").asLong(),
        levels);
  }

  private CellHistory history(CellHistory.Planned planned, JsonNode made) {
    Path cell = folder.resolve("cells").resolve(planned.id());
    if (Files.isRegularFile(cell.resolve(OutputFolder.RESULT))) {
      return finished.computeIfAbsent(planned.id(), id -> finished(planned, cell));
    }
    List<Segment> segments = new ArrayList<>();
    scores(made.path(ROWS).path(0).asText(), 0, segments);
    long steps = 0;
    for (int task = 0; task < made.path(CHAIN).size(); task++) {
      List<Point> losses = losses(made.path(CHAIN).path(task).asText(), steps);
      if (losses.isEmpty()) {
        break;
      }
      segments.add(new Segment("train/loss", losses));
      steps = losses.get(losses.size() - 1).step();
      scores(made.path(ROWS).path(task + 1).asText(), steps, segments);
    }
    Path failed = cell.resolve(OutputFolder.FAILED);
    if (Files.isRegularFile(failed)) {
      return new CellHistory(
          planned,
          Status.FAILED,
          Optional.of(JsonFile.read(failed).path("reason").asText()),
          segments);
    }
    Status status = segments.isEmpty() ? Status.WAITING : Status.RUNNING;
    return new CellHistory(planned, status, Optional.empty(), segments);
  }

  private CellHistory finished(CellHistory.Planned planned, Path cell) {
    JsonNode result = JsonFile.read(cell.resolve(OutputFolder.RESULT));
    JsonNode chain = JsonFile.read(cell.resolve(OutputFolder.TIMING)).path("stages");
    List<Segment> segments = new ArrayList<>();
    scores(result.path("rows").path(0), 0, segments);
    long steps = 0;
    for (int task = 0; task < result.path("steps").size(); task++) {
      List<Point> losses = losses(chain.path(task).asText(), steps);
      if (!losses.isEmpty()) {
        segments.add(new Segment("train/loss", losses));
      }
      steps += result.path("steps").path(task).asLong();
      scores(result.path("rows").path(task + 1), steps, segments);
    }
    long last = steps;
    result
        .path("metrics")
        .properties()
        .forEach(
            e -> {
              if (e.getValue().isNumber()) {
                Point point = new Point(last, e.getValue().asDouble());
                segments.add(new Segment("metric/" + e.getKey(), List.of(point)));
              }
            });
    return new CellHistory(planned, Status.FINISHED, Optional.empty(), segments);
  }

  /** The losses of a stage that begins after so many steps; the stage's id determines these. */
  private List<Point> losses(String stage, long before) {
    List<Point> known = trained.get(stage);
    if (known != null || stage.isEmpty()) {
      return known == null ? List.of() : known;
    }
    Path done = folder.resolve("stages").resolve(stage);
    boolean complete = Files.isRegularFile(done.resolve(StageStore.ABOUT));
    Path open = Files.isDirectory(done) ? done : folder.resolve("work").resolve(stage);
    List<Point> points =
        LossLog.read(open.resolve(LossLog.FILE)).stream()
            .map(row -> new Point(before + row.step(), row.loss()))
            .toList();
    if (complete) {
      trained.put(stage, points);
    }
    return points;
  }

  private void scores(String row, long step, List<Segment> into) {
    Path file = folder.resolve("scores").resolve(row + ".json");
    if (!scored.containsKey(row) && Files.isRegularFile(file)) {
      scored.put(row, values(JsonFile.read(file).path(0)));
    }
    scored.getOrDefault(row, Map.of()).forEach((set, value) -> score(set, step, value, into));
  }

  private static void scores(JsonNode row, long step, List<Segment> into) {
    values(row).forEach((set, value) -> score(set, step, value, into));
  }

  private static void score(String set, long step, double value, List<Segment> into) {
    into.add(new Segment("score/" + set, List.of(new Point(step, value))));
  }

  private static Map<String, Double> values(JsonNode row) {
    Map<String, Double> values = new TreeMap<>();
    row.properties().forEach(e -> values.put(e.getKey(), e.getValue().path("value").asDouble()));
    return values;
  }

  /** What probes found of a cell, at its last step. */
  private static List<Segment> probed(List<Measurement> measured, CellHistory cell) {
    List<Segment> found = new ArrayList<>();
    for (Measurement m : measured) {
      m.summary()
          .forEach(
              (name, value) -> {
                String series = "probe/" + m.probe() + "/" + name;
                found.add(new Segment(series, List.of(new Point(cell.lastStep(), value))));
              });
    }
    return found;
  }
}
