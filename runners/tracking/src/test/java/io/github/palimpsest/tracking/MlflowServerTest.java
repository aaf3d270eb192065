package io.github.palimpsest.tracking;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.palimpsest.api.PalimpsestException;
import io.github.palimpsest.results.folder.CellHistory;
import io.github.palimpsest.results.folder.CellHistory.Point;
import io.github.palimpsest.results.folder.CellHistory.Segment;
import io.github.palimpsest.results.folder.CellHistory.Status;
import io.github.palimpsest.results.folder.Json;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MlflowServerTest {
  private static final Duration PAUSE = Duration.ofMillis(500);

  @TempDir Path temp;

  @Test
  void a_real_server_has_an_interrupted_grid_once_and_whole_and_takes_every_name()
      throws IOException {
    PythonEnvironment.require("mlflow");
    try (MlflowProcess server = MlflowProcess.start(temp)) {
      MlflowRest rest =
          new MlflowRest(
              URI.create(server.uri()), Credentials.of(Map.of()), Duration.ofMinutes(5), PAUSE);
      try (MlflowServer first = new MlflowServer(server.uri(), temp)) {
        first.show("toy", List.of(Histories.halfWay()));
        assertThat(status(rest)).isEqualTo("RUNNING");
      }
      assertThat(status(rest)).as("stopped half way").isEqualTo("KILLED");
      try (MlflowServer second = new MlflowServer(server.uri(), temp)) {
        second.show("toy", List.of(Histories.halfWay()));
        assertThat(status(rest)).isEqualTo("RUNNING");
        second.show("toy", List.of(Histories.finished()));
      }

      JsonNode run = run(rest);
      assertThat(status(rest)).isEqualTo("FINISHED");
      assertThat(run.path("info").path("run_name").asText())
          .isEqualTo("sam(rho=0.1) + ewc, seed 7");
      assertThat(new TreeMap<>(MlflowDouble.parameters(run)))
          .containsExactlyEntriesOf(
              new TreeMap<>(
                  Map.of(
                      "axis.optimizer", "sam(rho=0.1)",
                      "axis.strategy", "ewc",
                      "ewc.lambda", "100",
                      "recipe", Histories.CELL.recipe(),
                      "sam.base", "adamw",
                      "sam.base.lr", "0.001",
                      "sam.rho", "0.1",
                      "seed", "7")));
      assertThat(history(rest, run, "train/loss"))
          .containsExactly("1=1.0", "2=0.5", "3=" + 1.0 / 3, "4=0.25", "5=0.2", "6=" + 1.0 / 6);
      assertThat(history(rest, run, "score/a")).containsExactly("0=0.0", "3=1.0", "6=0.25");
      assertThat(history(rest, run, "metric/forgetting")).containsExactly("6=0.75");

      CellHistory odd = odd();
      try (MlflowServer tracker = new MlflowServer(server.uri(), temp)) {
        tracker.show("odd", List.of(odd)); // throws for whatever is not taken
      }
      assertThat(run(rest, "odd").path("data").path("metrics")).hasSize(odd.segments().size());
    }
  }

  private static CellHistory odd() {
    List<Segment> segments = new ArrayList<>();
    List<String> odd =
        List.of(
            "a//b",
            "../x",
            "№1 🙂",
            "\u001b[31m",
            "e\u0301",
            "a?",
            "a!",
            "²",
            "ª",
            "\ud835\udc9c",
            "x".repeat(300),
            "a\u0000b",
            " ",
            "日本 語",
            "٣",
            "a:b");
    odd.forEach(n -> segments.add(new Segment("score/" + n, List.of(new Point(1, 0.5)))));
    segments.add(new Segment("metric/nan", List.of(new Point(1, Double.NaN))));
    segments.add(new Segment("metric/inf", List.of(new Point(1, Double.POSITIVE_INFINITY))));
    segments.add(new Segment("metric/least", List.of(new Point(1, -Double.MIN_VALUE))));
    return new CellHistory(Histories.CELL, Status.FINISHED, Optional.empty(), segments);
  }

  @Test
  void a_uri_that_is_no_servers_is_refused() {
    for (String uri : List.of("nowhere", "localhost:5000", "file:///tmp/x", "http://", "a b")) {
      assertThatThrownBy(() -> new MlflowServer(uri, temp))
          .as(uri)
          .isInstanceOf(PalimpsestException.class)
          .hasMessage("MLflow's URI '" + uri + "' is not http://HOST:PORT or https://HOST:PORT");
    }
  }

  @Test
  void a_uri_with_a_secret_is_refused_without_repeating_it() {
    for (String uri :
        List.of(
            "http://me:s3cret@127.0.0.1:5000",
            "me:s3cret@host",
            "http://s3cret@",
            "https://host/?token=s3cret",
            "https://host/#s3cret",
            "https://me:s3c@ret@host/?x=s3cret")) {
      assertThatThrownBy(() -> new MlflowServer(uri, temp))
          .as(uri)
          .isInstanceOf(PalimpsestException.class)
          .hasMessageContaining("MLFLOW_TRACKING_PASSWORD")
          .hasMessageNotContainingAny("s3c", "ret@");
    }
  }

  /** The only run of the experiment. */
  private static JsonNode run(MlflowRest rest) {
    return run(rest, "toy");
  }

  private static JsonNode run(MlflowRest rest, String name) {
    JsonNode experiment =
        rest.get("experiments/get-by-name", "experiment_name", name).path("experiment");
    ObjectNode body = Json.object();
    body.putArray("experiment_ids").add(experiment.path("experiment_id").asText());
    JsonNode all = rest.post("runs/search", body).path("runs");
    assertThat(all).hasSize(1);
    return all.path(0);
  }

  private static String status(MlflowRest rest) {
    return run(rest).path("info").path("status").asText();
  }

  private static List<String> history(MlflowRest rest, JsonNode run, String key) {
    String id = run.path("info").path("run_id").asText();
    JsonNode all = rest.get("metrics/get-history?metric_key=" + key, "run_id", id);
    List<String> points = new ArrayList<>();
    all.path("metrics")
        .forEach(m -> points.add(m.path("step").asLong() + "=" + m.path("value").asDouble()));
    return points;
  }
}
