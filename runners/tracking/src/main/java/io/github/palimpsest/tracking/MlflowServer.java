package io.github.palimpsest.tracking;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.palimpsest.api.PalimpsestException;
import io.github.palimpsest.results.folder.CellHistory;
import io.github.palimpsest.results.folder.CellHistory.Status;
import io.github.palimpsest.results.folder.Json;
import io.github.palimpsest.results.folder.Track;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A grid on an MLflow server: the experiment by its name, a run for each cell with its settings as
 * parameters and its numbers as metrics by training step. A run carries the cell's id and the
 * output folder as tags, by which another process finds it again and goes on where the numbers end.
 *
 * <p>User and password come from {@code MLFLOW_TRACKING_USERNAME} and {@code
 * MLFLOW_TRACKING_PASSWORD}, a token from {@code MLFLOW_TRACKING_TOKEN}, as for every client.
 */
public final class MlflowServer implements Tracker {
  /** The tags of a run. */
  static final String CELL = "palimpsest.cell";

  static final String FOLDER = "palimpsest.folder";

  private static final String REASON = "palimpsest.failed";
  private static final String RUNNING = "RUNNING";
  private static final String KILLED = "KILLED";
  private static final int PAGE = 100;
  private static final Duration LIMIT = Duration.ofSeconds(30);
  private static final Duration PAUSE = Duration.ofMillis(500);

  private final URI uri;
  private final String folder;
  private final MlflowRest rest;
  private final MlflowBatches batches;
  private final Map<String, Run> runs = new HashMap<>();

  /** Missing at first and after a failure, when nobody knows what has arrived. */
  private @Nullable String experimentId;

  /** A cell's run, and what the server has of it. */
  private static final class Run {
    private final String id;
    private final Shown shown = new Shown(MlflowKeys::of);
    private final Set<String> parameters = new HashSet<>();
    private String status;

    Run(String id, String status) {
      this.id = id;
      this.status = status;
    }
  }

  /**
   * Sends to a server, which need not answer yet.
   *
   * @param uri {@code http://} or {@code https://}
   * @param folder the output folder
   * @throws PalimpsestException if the URI is no server's or holds a secret, or the environment
   *     names a user without a password
   */
  public MlflowServer(String uri, Path folder) {
    this(uri, folder, System.getenv(), LIMIT, PAUSE);
  }

  /** With another environment and other times, see {@link MlflowRest}. */
  MlflowServer(
      String uri, Path folder, Map<String, String> environment, Duration limit, Duration pause) {
    this.uri = Track.server(uri);
    this.folder = folder.toAbsolutePath().normalize().toString();
    this.rest = new MlflowRest(this.uri, Credentials.of(environment), limit, pause);
    this.batches = new MlflowBatches(rest);
  }

  @Override
  public String target() {
    return "MLflow at " + uri;
  }

  @Override
  public void show(String experiment, List<CellHistory> cells) {
    if (experimentId == null) {
      experimentId = experiment(MlflowKeys.value(experiment, MlflowKeys.NAME_LENGTH));
      find(experimentId);
    }
    String id = experimentId;
    experimentId = null;
    for (CellHistory cell : cells) {
      if (cell.status() != Status.WAITING) {
        show(cell, id);
      }
    }
    experimentId = id;
    batches.requireAllTaken();
  }

  private String experiment(String name) {
    try {
      JsonNode known =
          rest.get("experiments/get-by-name", "experiment_name", name).path("experiment");
      if (known.path("lifecycle_stage").asText().equals("deleted")) {
        throw new PalimpsestException(
            "its experiment '" + name + "' is deleted: restore it, or give this one another name");
      }
      return known.path("experiment_id").asText();
    } catch (MlflowException e) {
      if (!e.is("RESOURCE_DOES_NOT_EXIST")) {
        throw e;
      }
    }
    ObjectNode body = Json.object().put("name", name);
    return rest.post("experiments/create", body).path("experiment_id").asText();
  }

  /** The runs that an earlier process began for this folder, or this one with an answer lost. */
  private void find(String experiment) {
    runs.clear();
    Set<String> pages = new HashSet<>();
    String page = "";
    do {
      ObjectNode body = Json.object().put("max_results", PAGE);
      body.putArray("experiment_ids").add(experiment);
      if (!page.isEmpty()) {
        body.put("page_token", page);
      }
      JsonNode answer = rest.post("runs/search", body);
      answer.path("runs").forEach(this::note);
      page = answer.path("next_page_token").asText();
    } while (!page.isEmpty() && pages.add(page));
  }

  private void note(JsonNode run) {
    Map<String, String> tags = new HashMap<>();
    JsonNode data = run.path("data");
    data.path("tags").forEach(t -> tags.put(t.path("key").asText(), t.path("value").asText()));
    String cell = tags.get(CELL);
    if (cell != null && tagged(folder).equals(tags.get(FOLDER))) {
      JsonNode info = run.path("info");
      Run found = new Run(info.path("run_id").asText(), info.path("status").asText());
      // of a series the server tells the metric of the last step
      data.path("metrics")
          .forEach(m -> found.shown.add(m.path("key").asText(), m.path("step").asLong()));
      data.path("params").forEach(p -> found.parameters.add(p.path("key").asText()));
      runs.put(cell, found);
    }
  }

  private void show(CellHistory cell, String experiment) {
    Run run = run(cell.planned(), experiment);
    describe(run, cell.planned());
    batches.metrics(run.id, run.shown.missing(cell), s -> run.shown.add(s.series(), s.step()));
    String status = status(cell.status());
    if (!run.status.equals(status)) {
      update(run, status);
      cell.reason().ifPresent(r -> rest.post("runs/set-tag", tag(REASON, r).put("run_id", run.id)));
    }
  }

  private Run run(CellHistory.Planned cell, String experiment) {
    if (!runs.containsKey(cell.id())) {
      try {
        runs.put(cell.id(), begin(cell, experiment));
      } catch (MlflowException e) {
        if (!e.isUnanswered()) {
          throw e;
        }
        find(experiment); // it may have begun with the answer lost
        if (!runs.containsKey(cell.id())) {
          runs.put(cell.id(), begin(cell, experiment));
        }
      }
    }
    return Objects.requireNonNull(runs.get(cell.id()));
  }

  private Run begin(CellHistory.Planned cell, String experiment) {
    ObjectNode body =
        Json.object()
            .put("experiment_id", experiment)
            .put("run_name", tagged(cell.label() + ", seed " + cell.seed()))
            .put("start_time", System.currentTimeMillis());
    body.putArray("tags")
        .add(tag(CELL, cell.id()))
        .add(tag(FOLDER, folder))
        .add(tag("mlflow.source.name", "palimpsest"))
        // what the server shows as the run's description; a parameter may be cut
        .add(tag("mlflow.note.content", cell.recipe()));
    JsonNode begun = rest.postOnce("runs/create", body).path("run").path("info");
    return new Run(begun.path("run_id").asText(), RUNNING);
  }

  private static ObjectNode tag(String key, String value) {
    return Json.object().put("key", key).put("value", tagged(value));
  }

  private static String tagged(String value) {
    return MlflowKeys.value(value, MlflowKeys.TAG_LENGTH);
  }

  /** Sends the parameters that the server lacks: those it has, it would not have changed. */
  private void describe(Run run, CellHistory.Planned cell) {
    Map<String, String> all = new LinkedHashMap<>();
    all.put("recipe", cell.recipe());
    RecipeSettings.of(cell).forEach((name, value) -> all.put(name, RecipeSettings.text(value)));
    Map<String, String> missing = new LinkedHashMap<>();
    all.forEach((name, value) -> missing.put(MlflowKeys.of(name), value));
    missing.keySet().removeAll(run.parameters);
    batches.parameters(run.id, missing, run.parameters::add);
  }

  private static String status(Status status) {
    return switch (status) {
      case WAITING, RUNNING -> RUNNING;
      case FINISHED -> "FINISHED";
      case FAILED -> "FAILED";
    };
  }

  private void update(Run run, String status) {
    ObjectNode body = Json.object().put("run_id", run.id).put("status", status);
    if (!status.equals(RUNNING)) {
      body.put("end_time", System.currentTimeMillis());
    }
    rest.post("runs/update", body);
    run.status = status;
  }

  /** Tells the server that its open runs are stopped, if it answered so far. */
  @Override
  public void close() {
    if (experimentId == null) {
      return;
    }
    for (Run run : runs.values()) {
      if (run.status.equals(RUNNING)) {
        update(run, KILLED);
      }
    }
  }
}
