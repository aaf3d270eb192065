package io.github.palimpsest.tracking;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.palimpsest.api.PalimpsestException;
import io.github.palimpsest.api.tracker.Readback;
import io.github.palimpsest.api.tracker.TrackedCell;
import io.github.palimpsest.api.tracker.TrackedCell.State;
import io.github.palimpsest.api.tracker.TrackedExperiment;
import io.github.palimpsest.api.tracker.TrackedPoint;
import io.github.palimpsest.api.tracker.Tracker;
import io.github.palimpsest.results.folder.Json;
import io.github.palimpsest.results.folder.Track;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A grid on an MLflow server: the experiment under its name, and a run for each cell with its
 * settings as parameters and its numbers as metrics by training step. A run has the cell's id and
 * the output folder as tags. Another process uses the tags to find the run and continues after the
 * last number.
 *
 * <p>The user and password come from {@code MLFLOW_TRACKING_USERNAME} and {@code
 * MLFLOW_TRACKING_PASSWORD}, and a token from {@code MLFLOW_TRACKING_TOKEN}, as for every client.
 */
public final class MlflowServer implements Tracker, Readback {
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
  private final Map<String, String> environment;
  private final Duration limit;
  private final Duration pause;
  private final Map<String, Run> runs = new HashMap<>();

  private @Nullable Connection connection;

  /** The output folder of the experiment that was shown last. */
  private String folder = "";

  /** Null at first and after a failure, when it is unknown which data the server received. */
  private @Nullable String experimentId;

  private record Connection(MlflowRest rest, MlflowBatches batches) {}

  /** A cell's run, and the data that the server has for it. */
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
   * Creates a tracker for a server, which need not be reachable yet.
   *
   * @param uri {@code http://} or {@code https://}
   * @throws PalimpsestException if the URI does not name a server or contains a secret
   */
  MlflowServer(String uri) {
    this(uri, System.getenv(), LIMIT, PAUSE);
  }

  /** Creates a tracker with another environment and other times, see {@link MlflowRest}. */
  MlflowServer(String uri, Map<String, String> environment, Duration limit, Duration pause) {
    this.uri = Track.server(uri);
    this.environment = environment;
    this.limit = limit;
    this.pause = pause;
  }

  /**
   * Takes the user's credentials from the environment.
   *
   * @throws PalimpsestException if the environment names a user without a password
   */
  @Override
  public void open() {
    connection();
  }

  private Connection connection() {
    Connection open = connection;
    if (open == null) {
      MlflowRest rest = new MlflowRest(uri, Credentials.of(environment), limit, pause);
      open = new Connection(rest, new MlflowBatches(rest));
      connection = open;
    }
    return open;
  }

  private MlflowRest rest() {
    return connection().rest();
  }

  @Override
  public String target() {
    return "MLflow at " + uri;
  }

  @Override
  public void show(TrackedExperiment experiment) {
    String id = known(experiment);
    experimentId = null;
    for (TrackedCell cell : experiment.cells()) {
      if (cell.state() != State.WAITING) {
        show(cell, id);
      }
    }
    experimentId = id;
    connection().batches().requireAllTaken();
  }

  /** Returns the experiment's id and loads the runs that the server has for the output folder. */
  private String known(TrackedExperiment experiment) {
    String id = experimentId;
    if (id == null || !folder.equals(experiment.folder())) {
      folder = experiment.folder();
      id = experiment(MlflowKeys.value(experiment.name(), MlflowKeys.NAME_LENGTH));
      find(id);
    }
    return id;
  }

  @Override
  public List<TrackedPoint> shown(TrackedExperiment experiment, String cell) {
    String id = known(experiment);
    find(id); // reads the state of the server instead of the state that this process remembers
    experimentId = id;
    Run run = runs.get(cell);
    List<TrackedPoint> all = new ArrayList<>();
    if (run != null) {
      for (String key : run.shown.series()) {
        rest()
            .get("metrics/get-history?run_id=" + run.id, "metric_key", key)
            .path("metrics")
            .forEach(
                m -> all.add(TrackedPoint.of(m.path("step").asLong(), m.path("value").asDouble())));
      }
    }
    return all;
  }

  private String experiment(String name) {
    try {
      JsonNode known =
          rest().get("experiments/get-by-name", "experiment_name", name).path("experiment");
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
    return rest().post("experiments/create", body).path("experiment_id").asText();
  }

  /**
   * Loads the runs of this folder: those that an earlier process created, and those that this
   * process created without receiving the answer.
   */
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
      JsonNode answer = rest().post("runs/search", body);
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
      // the server returns only the last step of each series
      data.path("metrics")
          .forEach(m -> found.shown.add(m.path("key").asText(), m.path("step").asLong()));
      data.path("params").forEach(p -> found.parameters.add(p.path("key").asText()));
      runs.put(cell, found);
    }
  }

  private void show(TrackedCell cell, String experiment) {
    Run run = run(cell, experiment);
    describe(run, cell);
    connection()
        .batches()
        .metrics(run.id, run.shown.missing(cell), s -> run.shown.add(s.series(), s.step()));
    String status = status(cell.state());
    if (!run.status.equals(status)) {
      update(run, status);
      cell.reason()
          .ifPresent(r -> rest().post("runs/set-tag", tag(REASON, r).put("run_id", run.id)));
    }
  }

  private Run run(TrackedCell cell, String experiment) {
    if (!runs.containsKey(cell.id())) {
      try {
        runs.put(cell.id(), begin(cell, experiment));
      } catch (MlflowException e) {
        if (!e.isUnanswered()) {
          throw e;
        }
        find(experiment); // the server may have created it although no answer arrived
        if (!runs.containsKey(cell.id())) {
          runs.put(cell.id(), begin(cell, experiment));
        }
      }
    }
    return Objects.requireNonNull(runs.get(cell.id()));
  }

  private Run begin(TrackedCell cell, String experiment) {
    ObjectNode body =
        Json.object()
            .put("experiment_id", experiment)
            .put("run_name", tagged(cell.label() + ", seed " + cell.seed()))
            .put("start_time", System.currentTimeMillis());
    body.putArray("tags")
        .add(tag(CELL, cell.id()))
        .add(tag(FOLDER, folder))
        .add(tag("mlflow.source.name", "palimpsest"))
        // the server shows this as the run's description; the parameter may be cut
        .add(tag("mlflow.note.content", cell.recipe()));
    JsonNode begun = rest().postOnce("runs/create", body).path("run").path("info");
    return new Run(begun.path("run_id").asText(), RUNNING);
  }

  private static ObjectNode tag(String key, String value) {
    return Json.object().put("key", key).put("value", tagged(value));
  }

  private static String tagged(String value) {
    return MlflowKeys.value(value, MlflowKeys.TAG_LENGTH);
  }

  /** Sends the parameters that the server lacks. The server rejects changes to existing ones. */
  private void describe(Run run, TrackedCell cell) {
    Map<String, String> all = new LinkedHashMap<>();
    all.put("recipe", cell.recipe());
    cell.parameters().forEach((name, value) -> all.put(name, RecipeSettings.text(value)));
    Map<String, String> missing = new LinkedHashMap<>();
    all.forEach((name, value) -> missing.put(MlflowKeys.of(name), value));
    missing.keySet().removeAll(run.parameters);
    connection().batches().parameters(run.id, missing, run.parameters::add);
  }

  private static String status(State status) {
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
    rest().post("runs/update", body);
    run.status = status;
  }

  /** Marks the open runs on the server as stopped, if the server has answered until now. */
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
