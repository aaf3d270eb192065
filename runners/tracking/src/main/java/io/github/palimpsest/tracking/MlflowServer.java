package io.github.palimpsest.tracking;

import io.github.palimpsest.ablation.CellHistory;
import io.github.palimpsest.ablation.CellHistory.Status;
import io.github.palimpsest.api.PalimpsestException;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.mlflow.api.proto.Service;
import org.mlflow.tracking.MlflowClient;
import org.mlflow.tracking.Page;

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

  /** The most that the server takes at once. */
  private static final int METRICS = 1000;

  private static final int PARAMETERS = 100;
  private static final int VALUE_LENGTH = 500;
  private static final int PAGE = 1000;

  private final URI uri;
  private final String folder;
  private final MlflowClient client;
  private final Map<String, Run> runs = new HashMap<>();
  private @Nullable String experimentId;

  /** A cell's run, and what the server has of it. */
  private static final class Run {
    private final String id;
    private final Shown shown = new Shown(MlflowServer::key);
    private Service.RunStatus status;
    private boolean described;

    Run(String id, Service.RunStatus status) {
      this.id = id;
      this.status = status;
    }
  }

  /**
   * Sends to a server, which need not answer yet.
   *
   * @param uri {@code http://} or {@code https://}
   * @param folder the output folder
   * @throws PalimpsestException if the URI is no server's
   */
  public MlflowServer(String uri, Path folder) {
    this.uri = parse(uri);
    this.folder = folder.toAbsolutePath().normalize().toString();
    this.client = new MlflowClient(uri);
  }

  private static URI parse(String text) {
    try {
      URI uri = URI.create(text);
      boolean web = "http".equals(uri.getScheme()) || "https".equals(uri.getScheme());
      if (web && uri.getHost() != null) {
        return uri;
      }
    } catch (IllegalArgumentException e) {
      throw wrong(text);
    }
    throw wrong(text);
  }

  private static PalimpsestException wrong(String text) {
    return new PalimpsestException(
        "MLflow's URI '" + text + "' is not http://HOST:PORT or https://HOST:PORT");
  }

  @Override
  public String target() {
    // without a user and password that the URI may hold
    return "MLflow at " + uri.getScheme() + "://" + uri.getHost() + port();
  }

  private String port() {
    return uri.getPort() < 0 ? "" : ":" + uri.getPort();
  }

  @Override
  public void show(String experiment, List<CellHistory> cells) {
    if (experimentId == null) {
      String id = experiment(experiment);
      find(id);
      experimentId = id;
    }
    for (CellHistory cell : cells) {
      if (cell.status() != Status.WAITING) {
        show(cell, experimentId);
      }
    }
  }

  private String experiment(String name) {
    Optional<Service.Experiment> known = client.getExperimentByName(name);
    return known.isPresent() ? known.get().getExperimentId() : client.createExperiment(name);
  }

  /** The runs that an earlier process began for this folder. */
  private void find(String experiment) {
    Page<Service.Run> page =
        client.searchRuns(List.of(experiment), "", Service.ViewType.ACTIVE_ONLY, PAGE);
    while (true) {
      for (Service.Run run : page.getItems()) {
        Map<String, String> tags = new HashMap<>();
        run.getData().getTagsList().forEach(t -> tags.put(t.getKey(), t.getValue()));
        String cell = tags.get(CELL);
        if (cell != null && folder.equals(tags.get(FOLDER))) {
          Run found = new Run(run.getInfo().getRunId(), run.getInfo().getStatus());
          // of a series the server tells the metric of the last step
          run.getData().getMetricsList().forEach(m -> found.shown.add(m.getKey(), m.getStep()));
          found.described = run.getData().getParamsCount() > 0;
          runs.put(cell, found);
        }
      }
      if (!page.hasNextPage()) {
        return;
      }
      page = page.getNextPage();
    }
  }

  private void show(CellHistory cell, String experiment) {
    Run run = runs.get(cell.planned().id());
    if (run == null) {
      run = begin(cell.planned(), experiment);
      runs.put(cell.planned().id(), run);
    }
    if (!run.described) {
      describe(run, cell.planned());
      run.described = true;
    }
    List<Shown.Scalar> missing = run.shown.missing(cell);
    for (int from = 0; from < missing.size(); from += METRICS) {
      send(run, missing.subList(from, Math.min(missing.size(), from + METRICS)));
    }
    Service.RunStatus status = status(cell.status());
    if (run.status != status) {
      update(run, status);
      Run told = run;
      cell.reason().ifPresent(r -> client.setTag(told.id, REASON, r));
    }
  }

  private Run begin(CellHistory.Planned cell, String experiment) {
    Service.RunInfo begun =
        client.createRun(
            Service.CreateRun.newBuilder()
                .setExperimentId(experiment)
                .setRunName(cell.label() + ", seed " + cell.seed())
                .setStartTime(System.currentTimeMillis())
                .addTags(tag(CELL, cell.id()))
                .addTags(tag(FOLDER, folder))
                .addTags(tag("mlflow.source.name", "palimpsest"))
                // what the server shows as the run's description; a parameter may be cut
                .addTags(tag("mlflow.note.content", cell.recipe()))
                .build());
    return new Run(begun.getRunId(), Service.RunStatus.RUNNING);
  }

  private static Service.RunTag tag(String key, String value) {
    return Service.RunTag.newBuilder().setKey(key).setValue(value).build();
  }

  private void describe(Run run, CellHistory.Planned cell) {
    List<Service.Param> all = new ArrayList<>();
    all.add(parameter("recipe", cell.recipe()));
    RecipeSettings.of(cell)
        .forEach((name, value) -> all.add(parameter(name, RecipeSettings.text(value))));
    for (int from = 0; from < all.size(); from += PARAMETERS) {
      List<Service.Param> some = all.subList(from, Math.min(all.size(), from + PARAMETERS));
      client.logBatch(run.id, List.of(), some, List.of());
    }
  }

  private static Service.Param parameter(String key, String value) {
    String cut = value.substring(0, Math.min(VALUE_LENGTH, value.length()));
    return Service.Param.newBuilder().setKey(key(key)).setValue(cut).build();
  }

  private void send(Run run, List<Shown.Scalar> scalars) {
    long now = System.currentTimeMillis();
    List<Service.Metric> metrics =
        scalars.stream()
            .map(
                s ->
                    Service.Metric.newBuilder()
                        .setKey(s.series())
                        .setStep(s.step())
                        .setValue(s.value())
                        .setTimestamp(now)
                        .build())
            .toList();
    client.logBatch(run.id, metrics, List.of(), List.of());
    scalars.forEach(s -> run.shown.add(s.series(), s.step()));
  }

  /** A name that the server takes: letters, digits and some signs. */
  private static String key(String name) {
    return name.replaceAll("(?U)[^\\w./ -]", "_");
  }

  private static Service.RunStatus status(Status status) {
    return switch (status) {
      case WAITING, RUNNING -> Service.RunStatus.RUNNING;
      case FINISHED -> Service.RunStatus.FINISHED;
      case FAILED -> Service.RunStatus.FAILED;
    };
  }

  private void update(Run run, Service.RunStatus status) {
    if (status == Service.RunStatus.RUNNING) {
      // the client has a method for the end of a run alone
      client.sendPost(
          "runs/update", "{\"run_id\": \"" + run.id + "\", \"status\": \"" + status + "\"}");
    } else {
      client.setTerminated(run.id, status);
    }
    run.status = status;
  }

  @Override
  public void close() {
    try {
      for (Run run : runs.values()) {
        if (run.status == Service.RunStatus.RUNNING) {
          update(run, Service.RunStatus.KILLED);
        }
      }
    } finally {
      client.close();
    }
  }
}
