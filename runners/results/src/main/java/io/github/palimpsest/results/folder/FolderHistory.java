package io.github.palimpsest.results.folder;

import io.github.palimpsest.results.folder.CellHistory.Point;
import io.github.palimpsest.results.folder.CellHistory.Segment;
import io.github.palimpsest.results.folder.CellHistory.Status;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * The {@linkplain CellHistory histories} of an output folder's cells. They are read repeatedly from
 * its files alone while any number of processes write to it. Content that cannot change any more is
 * read once.
 *
 * <p>The series of a cell: {@code train/loss}, the objective at every step; {@code score/SET},
 * before the first task and after each task; {@code unmerged/SET}, after each task of a training
 * without the mergers at the end of its recipe; {@code metric/NAME} and {@code probe/PROBE/VALUE},
 * at the last step. Steps count from the first step of the first task.
 */
public final class FolderHistory {
  private static final String SCORE = "score/";
  private static final String UNMERGED = "unmerged/";

  private final FolderLayout folder;
  private final Map<String, List<Point>> trained = new HashMap<>();
  private final Map<String, Map<String, Double>> scored = new HashMap<>();
  private final Map<String, CellHistory> finished = new HashMap<>();

  /** The histories of a folder, which need not exist yet. */
  public FolderHistory(Path folder) {
    this.folder = new FolderLayout(folder);
  }

  /** The experiment's name; empty if the folder has no plan yet. */
  public Optional<String> experiment() {
    return GridPlan.find(folder).map(GridPlan::experiment);
  }

  /** The current history of every cell of the latest plan; empty if the folder has no plan yet. */
  public List<CellHistory> read() {
    Map<String, Chains.Chain> made = Chains.of(folder).cells();
    Map<String, List<ProbeResult>> measured =
        ProbeResult.of(folder.root()).stream().collect(Collectors.groupingBy(ProbeResult::cell));
    List<CellHistory> cells = new ArrayList<>();
    for (CellHistory.Planned cell : GridPlan.find(folder).map(GridPlan::cells).orElse(List.of())) {
      CellHistory known = history(cell, made.getOrDefault(cell.id(), Chains.Chain.NONE));
      cells.add(known.plus(probed(measured.getOrDefault(cell.id(), List.of()), known)));
    }
    return cells;
  }

  private CellHistory history(CellHistory.Planned planned, Chains.Chain made) {
    if (JsonFile.isThere(folder.result(planned.id()))) {
      return finished.computeIfAbsent(planned.id(), id -> finished(planned));
    }
    List<Segment> segments = new ArrayList<>();
    row(made.rows(), 0, SCORE, 0, segments);
    long steps = 0;
    for (int task = 0; task < made.stages().size(); task++) {
      List<Point> losses = losses(made.stages().get(task), steps);
      if (losses.isEmpty()) {
        break;
      }
      segments.add(new Segment("train/loss", losses));
      steps = losses.get(losses.size() - 1).step();
      row(made.rows(), task + 1, SCORE, steps, segments);
      row(made.unmerged(), task, UNMERGED, steps, segments);
    }
    Path failed = folder.cellFailure(planned.id());
    if (JsonFile.isThere(failed)) {
      return new CellHistory(
          planned,
          Status.FAILED,
          Optional.of(JsonFile.read(failed, CellFailure.class).reason()),
          segments);
    }
    Status status = segments.isEmpty() ? Status.WAITING : Status.RUNNING;
    return new CellHistory(planned, status, Optional.empty(), segments);
  }

  private CellHistory finished(CellHistory.Planned planned) {
    CellResult result = JsonFile.read(folder.result(planned.id()), CellResult.class);
    List<String> chain = JsonFile.read(folder.timing(planned.id()), CellTimes.class).stages();
    List<SortedMap<String, SetScore>> rows = result.setScores();
    List<SortedMap<String, SetScore>> unmerged =
        result.unmerged().isPresent() ? result.unmergedScores() : List.of();
    List<Segment> segments = new ArrayList<>();
    scores(rows, 0, SCORE, 0, segments);
    long steps = 0;
    for (int task = 0; task < result.steps().size(); task++) {
      List<Point> losses = task < chain.size() ? losses(chain.get(task), steps) : List.of();
      if (!losses.isEmpty()) {
        segments.add(new Segment("train/loss", losses));
      }
      steps += result.steps().get(task);
      scores(rows, task + 1, SCORE, steps, segments);
      scores(unmerged, task + 1, UNMERGED, steps, segments);
    }
    long last = steps;
    result
        .metrics()
        .forEach(
            (name, value) -> {
              if (Double.isFinite(value)) {
                segments.add(new Segment("metric/" + name, List.of(new Point(last, value))));
              }
            });
    return new CellHistory(planned, Status.FINISHED, Optional.empty(), segments);
  }

  /** The losses of a stage that begins after {@code before} steps, which its id determines. */
  private List<Point> losses(String stage, long before) {
    List<Point> known = trained.get(stage);
    if (known != null) {
      return known;
    }
    boolean complete = JsonFile.isThere(folder.about(stage));
    Path open =
        Files.isDirectory(folder.stage(stage))
            ? folder.losses(stage)
            : folder.work(stage).resolve(FolderLayout.LOSSES);
    List<Point> points =
        LossLog.read(open).stream().map(row -> new Point(before + row.step(), row.loss())).toList();
    if (complete) {
      trained.put(stage, points);
    }
    return points;
  }

  /** The scores of an unfinished cell's row, if they have been measured. */
  private void row(List<String> rows, int index, String series, long step, List<Segment> into) {
    String row = index < rows.size() ? rows.get(index) : "";
    if (row.isEmpty()) {
      return;
    }
    if (!scored.containsKey(row) && Files.isRegularFile(folder.row(row))) {
      Map<String, Double> values = new TreeMap<>();
      JsonFile.readRows(folder.row(row)).get(0).forEach((set, s) -> values.put(set, s.value()));
      scored.put(row, values);
    }
    scored.getOrDefault(row, Map.of()).forEach((set, v) -> score(series + set, step, v, into));
  }

  private static void scores(
      List<SortedMap<String, SetScore>> rows,
      int index,
      String series,
      long step,
      List<Segment> into) {
    if (index < rows.size()) {
      rows.get(index).forEach((set, score) -> score(series + set, step, score.value(), into));
    }
  }

  private static void score(String series, long step, double value, List<Segment> into) {
    into.add(new Segment(series, List.of(new Point(step, value))));
  }

  /** The measurements of the probes of a cell, at its last step. */
  private static List<Segment> probed(List<ProbeResult> measured, CellHistory cell) {
    List<Segment> found = new ArrayList<>();
    for (ProbeResult m : measured) {
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
