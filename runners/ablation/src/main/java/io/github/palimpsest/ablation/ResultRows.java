package io.github.palimpsest.ablation;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.palimpsest.ablation.analysis.Analysis;
import io.github.palimpsest.ablation.analysis.Difference;
import io.github.palimpsest.ablation.analysis.Differences;
import io.github.palimpsest.ablation.analysis.Effect;
import io.github.palimpsest.ablation.analysis.Effects;
import io.github.palimpsest.ablation.analysis.Frontier;
import io.github.palimpsest.api.PalimpsestException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Reads the rows of {@link ResultTable}s from an output folder. */
final class ResultRows {
  private final Path folder;
  private final JsonNode plan;
  private final Map<String, JsonNode> planned = new LinkedHashMap<>();
  private final List<String> cells = new ArrayList<>();
  private @Nullable Analysis analysis;

  /** Takes rows. */
  @FunctionalInterface
  interface Sink {
    /** Takes one row: texts, longs, doubles, booleans or null, as the columns stand. */
    void row(@Nullable Object... values);
  }

  ResultRows(Path folder) {
    this.folder = folder;
    if (!Files.isRegularFile(folder.resolve(OutputFolder.PLAN))) {
      throw new PalimpsestException(
          "'" + folder + "' is not an output folder: it has no " + OutputFolder.PLAN);
    }
    this.plan = JsonFile.read(folder.resolve(OutputFolder.PLAN));
    plan.path("cells").forEach(c -> planned.put(c.path("id").asText(), c));
    cells.addAll(planned.keySet());
    folders("cells").stream().filter(id -> !planned.containsKey(id)).forEach(cells::add);
  }

  /** The cells of the latest plan, by id. */
  Map<String, JsonNode> planned() {
    return planned;
  }

  /** The ids of all cells: those of the plan, then what earlier plans left. */
  List<String> cells() {
    return cells;
  }

  private List<String> folders(String name) {
    Path parent = folder.resolve(name);
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
      throw new PalimpsestException("'" + parent + "' cannot be read: " + e.getMessage(), e);
    }
  }

  void write(ResultTable table, Sink sink) {
    switch (table) {
      case CELLS -> cells.forEach(id -> cell(id, sink));
      case LEVELS ->
          planned.forEach(
              (id, cell) ->
                  cell.path("levels")
                      .properties()
                      .forEach(e -> sink.row(id, e.getKey(), e.getValue().asText())));
      case METRICS -> finished((id, r) -> metrics(id, r, sink));
      case SCORES -> finished((id, r) -> scores(id, r, sink));
      case EXAMPLES -> finished((id, r) -> examples(id, r, sink));
      case STAGES -> folders("stages").forEach(id -> stage(id, sink));
      case CELL_STAGES -> finished((id, r) -> cellStages(id, sink));
      case LOSSES ->
          folders("stages")
              .forEach(
                  id ->
                      LossLog.read(folder.resolve("stages").resolve(id).resolve(LossLog.FILE))
                          .forEach(row -> sink.row(id, row.step(), row.loss())));
      case COMPONENTS -> finished((id, r) -> components(id, r, sink));
      case INPUTS ->
          finished(
              (id, r) ->
                  r.path("inputs")
                      .properties()
                      .forEach(e -> sink.row(id, e.getKey(), e.getValue().asText())));
      case FRONTIER -> analysis().frontier().points().forEach(p -> frontier(p, sink));
      case DIFFERENCES -> analysis().differences().forEach(d -> differences(d, sink));
      case EFFECTS -> analysis().effects().forEach(e -> effects(e, sink));
    }
  }

  /** What is done with a finished cell. */
  @FunctionalInterface
  private interface Finished {
    void cell(String id, JsonNode result);
  }

  private void finished(Finished action) {
    for (String id : cells) {
      Path file = file(id, OutputFolder.RESULT);
      if (Files.isRegularFile(file)) {
        action.cell(id, JsonFile.read(file));
      }
    }
  }

  private Path file(String id, String name) {
    return folder.resolve("cells").resolve(id).resolve(name);
  }

  private JsonNode measured(String id) {
    Path file = file(id, OutputFolder.TIMING);
    return Files.isRegularFile(file) ? JsonFile.read(file) : JsonFile.object();
  }

  private Analysis analysis() {
    Analysis known = analysis;
    if (known == null) {
      known = Report.of(folder).analysis();
      analysis = known;
    }
    return known;
  }

  private void cell(String id, Sink sink) {
    boolean finished = Files.isRegularFile(file(id, OutputFolder.RESULT));
    boolean failed = !finished && Files.isRegularFile(file(id, OutputFolder.FAILED));
    JsonNode result =
        finished
            ? JsonFile.read(file(id, OutputFolder.RESULT))
            : failed
                ? JsonFile.read(file(id, OutputFolder.FAILED))
                : planned.getOrDefault(id, JsonFile.object());
    Report.CellResult c =
        new Report.CellResult(JsonFile.object(), result, measured(id).path("measured"));
    JsonNode m = c.measured();
    long steps = 0;
    for (JsonNode s : result.path("steps")) {
      steps += s.asLong();
    }
    sink.row(
        id,
        text(result, "recipe"),
        text(result, "label"),
        result.path("seed").asLong(),
        finished ? "finished" : failed ? "failed" : "missing",
        text(result, "reason"),
        planned.containsKey(id),
        text(result, "measure"),
        finished ? result.path("higher_is_better").asBoolean() : null,
        finished ? steps : null,
        finished ? real(c.passes()) : null,
        whole(m, "gradient_passes"),
        real(m, "wall_seconds"),
        real(m, "evaluation_seconds"),
        real(m, "ms_per_step"),
        whole(m, "peak_rss_bytes"),
        text(m, "device"),
        text(m, "cpu"),
        gpus(m),
        text(m, "java"),
        text(m, "tensorflow"),
        text(m, "palimpsest"));
  }

  private void metrics(String id, JsonNode result, Sink sink) {
    Map<String, Boolean> higher = new LinkedHashMap<>();
    plan.path("metrics")
        .forEach(m -> higher.put(m.path("name").asText(), m.path("higher_is_better").asBoolean()));
    result
        .path("metrics")
        .properties()
        .forEach(
            e ->
                sink.row(
                    id, e.getKey(), real(Report.number(e.getValue())), higher.get(e.getKey())));
  }

  private static void scores(String id, JsonNode result, Sink sink) {
    each(result, (after, set, task, score) -> sink.row(id, after, set, task, real(score.value())));
  }

  private static void examples(String id, JsonNode result, Sink sink) {
    each(
        result,
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

  /** What is done with a score. */
  @FunctionalInterface
  private interface Scored {
    void score(long after, String set, @Nullable Long task, SetScore score);
  }

  private static void each(JsonNode result, Scored action) {
    List<String> tasks = new ArrayList<>();
    result.path("tasks").forEach(t -> tasks.add(t.asText()));
    List<SortedMap<String, SetScore>> rows = ScoreLog.rows(result.path("rows"));
    for (int after = 0; after < rows.size(); after++) {
      for (Map.Entry<String, SetScore> e : rows.get(after).entrySet()) {
        int task = tasks.indexOf(e.getKey());
        action.score(after, e.getKey(), task < 0 ? null : task + 1L, e.getValue());
      }
    }
  }

  private void cellStages(String id, Sink sink) {
    long task = 1;
    for (JsonNode stage : measured(id).path("stages")) {
      sink.row(id, task++, stage.asText());
    }
  }

  private void stage(String id, Sink sink) {
    Path at = folder.resolve("stages").resolve(id);
    boolean failed = Files.isRegularFile(at.resolve(OutputFolder.FAILED));
    Path file = at.resolve(failed ? OutputFolder.FAILED : StageStore.ABOUT);
    if (!Files.isRegularFile(file)) {
      return;
    }
    JsonNode s = JsonFile.read(file);
    JsonNode m = s.path("measured");
    sink.row(
        id,
        s.path("task").asLong(),
        text(s, "recipe"),
        s.path("seed").asLong(),
        text(s, "parent"),
        failed ? "failed" : "trained",
        text(s, "reason"),
        whole(s, "examples"),
        whole(s, "steps"),
        real(s, "declared_passes"),
        whole(m, "gradient_passes"),
        real(m, "wall_seconds"),
        real(m, "ms_per_step"),
        whole(m, "peak_rss_bytes"),
        text(m, "device"),
        text(m, "cpu"),
        gpus(m));
  }

  private static void components(String id, JsonNode result, Sink sink) {
    for (JsonNode c : result.path("components")) {
      sink.row(
          id,
          text(c, "id"),
          text(c, "kind"),
          text(c, "plugin"),
          text(c, "version"),
          text(c, "jar"),
          text(c, "sha256"),
          text(c, "certificate"));
    }
  }

  private static void frontier(Frontier.Point p, Sink sink) {
    sink.row(
        p.recipe(),
        real(p.mean().learned()),
        real(p.mean().retained()),
        real(p.mean().passes()),
        p.onFrontier(),
        p.beatenBy(),
        (long) p.seeds(),
        (long) p.unbeatenSeeds());
  }

  private static void differences(Differences d, Sink sink) {
    for (Difference x : d.recipes()) {
      sink.row(
          d.outcome().name(),
          x.recipe(),
          d.baseline(),
          (long) x.paired().n(),
          real(x.paired().mean()),
          real(x.paired().interval().low()),
          real(x.paired().interval().high()),
          real(x.bootstrap().low()),
          real(x.bootstrap().high()),
          real(x.paired().dz()),
          real(x.paired().p()),
          real(x.adjusted().holm()),
          real(x.adjusted().benjaminiHochberg()));
    }
  }

  private static void effects(Effects e, Sink sink) {
    for (Effect x : Stream.concat(e.main().stream(), e.interactions().stream()).toList()) {
      sink.row(
          e.outcome().name(),
          x.interaction() ? x.axis() + " x " + x.other() : x.axis(),
          x.contrast(),
          (long) x.combinations(),
          real(x.interval().estimate()),
          real(x.interval().low()),
          real(x.interval().high()),
          real(x.bySeed().dz()),
          real(x.p()),
          real(x.adjusted().holm()),
          real(x.adjusted().benjaminiHochberg()));
    }
  }

  private static @Nullable String text(JsonNode node, String key) {
    return node.hasNonNull(key) ? node.path(key).asText() : null;
  }

  private static @Nullable Long whole(JsonNode node, String key) {
    return node.path(key).isNumber() ? node.path(key).asLong() : null;
  }

  private static @Nullable Double real(JsonNode node, String key) {
    return real(Report.number(node.path(key)));
  }

  private static @Nullable Double real(double value) {
    return Double.isFinite(value) ? value : null;
  }

  private static @Nullable String gpus(JsonNode measured) {
    List<String> gpus = new ArrayList<>();
    measured.path("gpus").forEach(g -> gpus.add(g.asText()));
    return gpus.isEmpty() ? null : String.join(", ", gpus);
  }
}
