package io.github.palimpsest.results.query;

import io.github.palimpsest.api.PalimpsestException;
import io.github.palimpsest.results.analysis.Analysis;
import io.github.palimpsest.results.analysis.Outcome;
import io.github.palimpsest.results.folder.CellHistory;
import io.github.palimpsest.results.folder.CellResult;
import io.github.palimpsest.results.folder.CellTimes;
import io.github.palimpsest.results.folder.FolderLayout;
import io.github.palimpsest.results.folder.GridPlan;
import io.github.palimpsest.results.folder.JsonFile;
import io.github.palimpsest.results.folder.LossLog;
import io.github.palimpsest.results.folder.SetScore;
import io.github.palimpsest.results.folder.StagePoints;
import io.github.palimpsest.results.folder.StageResult;
import io.github.palimpsest.results.folder.Timing;
import io.github.palimpsest.results.items.SetItems;
import io.github.palimpsest.results.text.Results;
import io.github.palimpsest.storage.IoReason;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Reads the rows of {@link ResultTable}s from an output folder. */
public final class ResultRows {
  private final FolderLayout folder;
  private final GridPlan plan;
  private final Map<String, CellHistory.Planned> planned;
  private final List<String> cells = new ArrayList<>();
  private @Nullable Results results;
  private @Nullable Analysis analysis;

  /** Receives rows. */
  @FunctionalInterface
  public interface Sink {
    /** Adds one row: texts, longs, doubles, booleans or null, in the order of the columns. */
    void row(@Nullable Object... values);
  }

  public ResultRows(Path folder) {
    this.folder = new FolderLayout(folder);
    this.plan = GridPlan.of(this.folder);
    this.planned = plan.byId();
    cells.addAll(planned.keySet());
    folders(this.folder.cells()).stream()
        .filter(id -> !planned.containsKey(id))
        .forEach(cells::add);
  }

  FolderLayout folder() {
    return folder;
  }

  /** The cells of the latest plan, by id. */
  Map<String, CellHistory.Planned> planned() {
    return planned;
  }

  /** The ids of all cells: those of the plan, then those of earlier plans. */
  List<String> cells() {
    return cells;
  }

  private static List<String> folders(Path parent) {
    if (!Files.isDirectory(parent)) {
      return List.of();
    }
    try (Stream<Path> content = Files.list(parent)) {
      return content
          .filter(Files::isDirectory)
          .map(p -> p.getFileName().toString())
          .filter(n -> !n.startsWith("."))
          .sorted()
          .toList();
    } catch (IOException e) {
      throw new PalimpsestException("'" + parent + "' cannot be read: " + IoReason.of(e), e);
    }
  }

  public void write(ResultTable table, Sink sink) {
    switch (table) {
      case CELLS -> cells.forEach(id -> cell(id, sink));
      case LEVELS ->
          planned.forEach(
              (id, cell) -> cell.levels().forEach((axis, level) -> sink.row(id, axis, level)));
      case METRICS -> finished((id, r) -> metrics(id, r, sink));
      case SCORES -> finished((id, r) -> scores(id, r, sink));
      case UNMERGED_METRICS -> finished((id, r) -> unmergedMetrics(id, r, sink));
      case UNMERGED_SCORES -> finished((id, r) -> unmergedScores(id, r, sink));
      case EXAMPLES -> finished((id, r) -> examples(id, r, sink));
      case ITEMS -> ItemRows.items(folder.root(), sink);
      case FLIPS -> {
        Map<String, SetItems> items = SetItems.of(folder.root());
        finished((id, r) -> ItemRows.flips(r, plan, items, sink));
      }
      case STAGES -> folders(folder.stages()).forEach(id -> stage(id, sink));
      case CELL_STAGES -> finished((id, r) -> cellStages(id, sink));
      case LOSSES ->
          folders(folder.stages())
              .forEach(
                  id ->
                      LossLog.read(folder.losses(id))
                          .forEach(row -> sink.row(id, row.step(), row.loss())));
      case POINTS ->
          folders(folder.stages())
              .forEach(id -> PointRows.points(id, StagePoints.read(folder.points(id)), sink));
      case COMPONENTS -> finished((id, r) -> components(id, r, sink));
      case INPUTS ->
          finished((id, r) -> r.inputs().forEach((name, value) -> sink.row(id, name, value)));
      case FRONTIER ->
          analysis().frontier().points().forEach(p -> ConclusionRows.frontier(p, sink));
      case DIFFERENCES ->
          analysis().differences().forEach(d -> ConclusionRows.differences(d, sink));
      case CURVES -> PointRows.curves(results(), sink);
      case EQUAL_LOSS -> results().equalLoss().forEach(e -> PointRows.comparisons(e, sink));
      case EFFECTS -> analysis().effects().forEach(e -> ConclusionRows.effects(e, sink));
      case STAGE_PROBES -> ProbeRows.measured(folder.root(), sink);
      case PROBE_ASSOCIATIONS -> ProbeRows.associations(results(), sink);
    }
  }

  /** An action on a finished cell. */
  @FunctionalInterface
  private interface Finished {
    void cell(String id, CellResult result);
  }

  private void finished(Finished action) {
    for (String id : cells) {
      if (JsonFile.isThere(folder.result(id))) {
        action.cell(id, CellResult.of(folder.result(id)));
      }
    }
  }

  CellTimes times(String id) {
    return JsonFile.isThere(folder.timing(id))
        ? JsonFile.read(folder.timing(id), CellTimes.class)
        : CellTimes.NONE;
  }

  /** Read once for all tables of conclusions. */
  private Results results() {
    Results known = results;
    if (known == null) {
      known = Results.of(folder.root());
      results = known;
    }
    return known;
  }

  private Analysis analysis() {
    Analysis known = analysis;
    if (known == null) {
      known = results().analysis();
      analysis = known;
    }
    return known;
  }

  private void cell(String id, Sink sink) {
    StoredCell c = StoredCell.of(this, id);
    CellResult result = c.result();
    Timing m = c.times().measured();
    sink.row(
        id,
        text(c.recipe()),
        text(c.label()),
        c.seed(),
        c.status().word(),
        c.failure() == null ? null : c.failure().reason(),
        planned.containsKey(id),
        result == null ? null : result.measure(),
        result == null ? null : result.higherIsBetter(),
        result == null ? null : result.allSteps(),
        result == null ? null : real(result.passes()),
        m.gradientPasses(),
        m.wallSeconds(),
        m.evaluationSeconds(),
        m.msPerStep(),
        m.peakRssBytes(),
        m.device(),
        m.cpu(),
        gpus(m),
        m.java(),
        m.tensorflowJava(),
        m.tensorflowRuntime(),
        m.palimpsest());
  }

  private void metrics(String id, CellResult result, Sink sink) {
    metrics(
        result.metrics(),
        result.evaluation(),
        (name, value, better) -> sink.row(id, name, real(value), better));
  }

  /** An action on a metric. */
  @FunctionalInterface
  private interface Measured {
    void metric(String name, double value, @Nullable Boolean higherIsBetter);
  }

  /** The metrics, then the drift of each evaluation set. */
  private void metrics(
      Map<String, Double> metrics, Map<String, CellResult.Evaluation> sets, Measured each) {
    Map<String, Boolean> higher = plan.higherMetrics();
    metrics.forEach((name, value) -> each.metric(name, value, higher.get(name)));
    sets.forEach(
        (set, kept) ->
            each.metric(
                Outcome.drift(set), kept.drift(), plan.scale(kept.measure()).higherIsBetter()));
  }

  private static void scores(String id, CellResult result, Sink sink) {
    each(
        result.tasks(),
        result.setScores(),
        (after, set, task, score) -> sink.row(id, after, set, task, real(score.value())));
  }

  private void unmergedMetrics(String id, CellResult result, Sink sink) {
    result
        .unmerged()
        .ifPresent(
            u ->
                metrics(
                    u.metrics(),
                    u.evaluation(),
                    (name, value, better) -> sink.row(id, u.label(), name, real(value), better)));
  }

  private static void unmergedScores(String id, CellResult result, Sink sink) {
    result
        .unmerged()
        .ifPresent(
            u ->
                each(
                    result.tasks(),
                    result.unmergedScores(),
                    (after, set, task, score) ->
                        sink.row(id, u.label(), after, set, task, real(score.value()))));
  }

  private static void examples(String id, CellResult result, Sink sink) {
    each(
        result.tasks(),
        result.setScores(),
        (after, set, task, score) -> {
          double[] outcomes = score.perExample();
          double[] weights = score.weights();
          for (int i = 0; i < outcomes.length; i++) {
            sink.row(
                id,
                after,
                set,
                (long) i,
                real(outcomes[i]),
                i < weights.length ? real(weights[i]) : null);
          }
        });
  }

  /** An action on a score. */
  @FunctionalInterface
  private interface Scored {
    void score(long after, String set, @Nullable Long task, SetScore score);
  }

  private static void each(
      List<String> tasks, List<SortedMap<String, SetScore>> rows, Scored action) {
    for (int after = 0; after < rows.size(); after++) {
      for (Map.Entry<String, SetScore> e : rows.get(after).entrySet()) {
        int task = tasks.indexOf(e.getKey());
        action.score(after, e.getKey(), task < 0 ? null : task + 1L, e.getValue());
      }
    }
  }

  private void cellStages(String id, Sink sink) {
    long task = 1;
    for (String stage : times(id).stages()) {
      sink.row(id, task++, stage);
    }
  }

  private void stage(String id, Sink sink) {
    boolean failed = JsonFile.isThere(folder.stageFailure(id));
    Path file = failed ? folder.stageFailure(id) : folder.about(id);
    if (!JsonFile.isThere(file)) {
      return;
    }
    StageResult s = JsonFile.read(file, StageResult.class);
    Timing m = s.measured() == null ? Timing.NOTHING : s.measured();
    sink.row(
        id,
        (long) s.task(),
        s.recipe(),
        s.seed(),
        s.parent(),
        s.reference(),
        failed ? "failed" : "trained",
        s.reason(),
        s.examples(),
        s.steps(),
        s.declaredPasses(),
        m.gradientPasses(),
        m.wallSeconds(),
        m.msPerStep(),
        m.peakRssBytes(),
        m.device(),
        m.cpu(),
        gpus(m));
  }

  private static void components(String id, CellResult result, Sink sink) {
    for (CellResult.Source c : result.components()) {
      sink.row(id, c.id(), c.kind(), c.plugin(), c.version(), c.jar(), c.sha256(), c.certificate());
    }
  }

  static @Nullable String text(String value) {
    return value.isEmpty() ? null : value;
  }

  static @Nullable Double real(double value) {
    return Double.isFinite(value) ? value : null;
  }

  private static @Nullable String gpus(Timing measured) {
    return measured.gpus().isEmpty() ? null : String.join(", ", measured.gpus());
  }
}
