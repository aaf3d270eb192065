package io.github.palimpsest.tracking;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.palimpsest.api.PalimpsestException;
import io.github.palimpsest.results.folder.CellHistory;
import io.github.palimpsest.results.folder.CellHistory.Point;
import io.github.palimpsest.results.folder.CellHistory.Segment;
import io.github.palimpsest.results.folder.CellHistory.Status;
import io.github.palimpsest.tracking.MlflowDouble.Trouble;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.text.Normalizer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MlflowClientTest {
  private static final String BATCH = "runs/log-batch";

  @TempDir Path temp;
  private MlflowDouble server;

  @BeforeEach
  void start() throws IOException {
    server = new MlflowDouble();
  }

  @AfterEach
  void stop() {
    server.close();
  }

  private MlflowServer tracker(Map<String, String> environment) {
    return new MlflowServer(server.uri(), environment, Duration.ofMinutes(5), Duration.ofMillis(1));
  }

  private MlflowServer tracker() {
    return tracker(Map.of());
  }

  private JsonNode run() {
    assertThat(server.runs).hasSize(1);
    return server.runs.values().iterator().next();
  }

  private String status() {
    return run().path("info").path("status").asText();
  }

  private static CellHistory running(List<Segment> segments) {
    return new CellHistory(Histories.CELL, Status.RUNNING, Optional.empty(), segments);
  }

  private static Segment one(String series) {
    return new Segment(series, List.of(new Point(0, 0.5)));
  }

  @Test
  void a_grid_that_was_interrupted_is_whole_in_the_end_with_no_step_twice() {
    try (MlflowServer first = tracker()) {
      first.show(Histories.grid("toy", temp, Histories.halfWay()));
      assertThat(status()).isEqualTo("RUNNING");
    }
    assertThat(status()).isEqualTo("KILLED");
    try (MlflowServer second = tracker()) {
      second.show(Histories.grid("toy", temp, Histories.halfWay()));
      assertThat(status()).isEqualTo("RUNNING");
      second.show(Histories.grid("toy", temp, Histories.finished()));
    }
    assertThat(status()).isEqualTo("FINISHED");
    assertThat(server.history("train/loss"))
        .containsExactly("1=1.0", "2=0.5", "3=" + 1.0 / 3, "4=0.25", "5=0.2", "6=" + 1.0 / 6);
    assertThat(server.history("score/a")).containsExactly("0=0.0", "3=1.0", "6=0.25");
    assertThat(MlflowDouble.parameters(run()))
        .containsEntry("ewc.lambda", "100")
        .containsEntry("recipe", Histories.CELL.recipe())
        .hasSize(8);
  }

  @Test
  void one_odd_name_never_loses_a_batch() {
    List<String> names =
        List.of(
            "score/a//b",
            "score/../x",
            "score/№1 🙂",
            "score/\u001b[31m",
            "score/" + Normalizer.normalize("é", Normalizer.Form.NFD),
            "score/a?",
            "score/a!");
    List<Segment> segments = new ArrayList<>(names.stream().map(n -> one(n)).toList());
    segments.add(one("score/plain"));
    try (MlflowServer tracker = tracker()) {
      tracker.show(Histories.grid("toy", temp, running(segments)));
    }
    assertThat(server.history("score/plain")).containsExactly("0=0.5");
    assertThat(server.metrics).extracting(m -> m.path("key").asText()).doesNotHaveDuplicates();
    assertThat(server.metrics).hasSize(8);
    assertThat(server.asked).filteredOn(BATCH::equals).as("settings, numbers").hasSize(2);
  }

  @Test
  void what_the_server_does_not_want_is_left_out_alone_and_told() {
    List<Segment> segments =
        List.of(one("score/a"), one("score/b"), one("score/unwanted"), one("score/c"));
    try (MlflowServer tracker = tracker()) {
      assertThatThrownBy(() -> tracker.show(Histories.grid("toy", temp, running(segments))))
          .hasMessageStartingWith("it does not take 'score/unwanted': runs/log-batch: HTTP 400: ");
      assertThatCode(() -> tracker.show(Histories.grid("toy", temp, running(segments))))
          .as("told once")
          .doesNotThrowAnyException();
    }
    assertThat(server.metrics)
        .extracting(m -> m.path("key").asText())
        .containsExactly("score/a", "score/b", "score/c");
  }

  @Test
  void batches_are_no_larger_than_the_server_takes_them() {
    List<Point> points =
        LongStream.rangeClosed(1, 2500).mapToObj(s -> new Point(s, 1.0 / s)).toList();
    try (MlflowServer tracker = tracker()) {
      tracker.show(
          Histories.grid("toy", temp, running(List.of(new Segment("train/loss", points)))));
    }
    assertThat(server.metrics).hasSize(2500);
    assertThat(server.asked).filteredOn(BATCH::equals).as("1 + 3 batches").hasSize(4);
  }

  @Test
  void numbers_that_are_none_are_sent_as_the_protocol_has_them() {
    List<Segment> segments =
        List.of(
            new Segment("metric/a", List.of(new Point(1, Double.NaN))),
            new Segment("metric/b", List.of(new Point(1, Double.NEGATIVE_INFINITY))));
    try (MlflowServer tracker = tracker()) {
      tracker.show(Histories.grid("toy", temp, running(segments)));
    }
    assertThat(server.history("metric/a")).containsExactly("1=NaN");
    assertThat(server.history("metric/b")).containsExactly("1=-Infinity");
  }

  @Test
  void a_busy_server_is_tried_again_a_few_times() {
    server.troubles.add(new Trouble(BATCH, 503, "", false));
    server.troubles.add(new Trouble(BATCH, 0, "", false));
    try (MlflowServer tracker = tracker()) {
      tracker.show(Histories.grid("toy", temp, Histories.halfWay()));
      for (int i = 0; i < 3; i++) {
        server.troubles.add(new Trouble(BATCH, 502, "<html>", false));
      }
      assertThatThrownBy(() -> tracker.show(Histories.grid("toy", temp, Histories.finished())))
          .hasMessage("runs/log-batch: HTTP 502, and no answer of MLflow's");
      tracker.show(Histories.grid("toy", temp, Histories.finished()));
    }
    assertThat(server.history("train/loss")).hasSize(6);
    assertThat(status()).isEqualTo("FINISHED");
  }

  @Test
  void a_run_whose_beginning_was_not_confirmed_is_not_begun_twice() {
    server.troubles.add(new Trouble("runs/create", 0, "", true));
    try (MlflowServer tracker = tracker()) {
      tracker.show(Histories.grid("toy", temp, Histories.finished()));
    }
    assertThat(status()).isEqualTo("FINISHED");
    assertThat(server.history("train/loss")).hasSize(6);
  }

  @Test
  void runs_are_found_on_any_page() {
    try (MlflowServer tracker = tracker()) {
      tracker.show(Histories.grid("toy", temp, Histories.halfWay()));
    }
    // others of the experiment before it
    Map<String, String> none = Map.of();
    try (MlflowServer other =
        new MlflowServer(server.uri(), none, Duration.ofMinutes(5), Duration.ZERO)) {
      other.show(Histories.grid("toy", temp.resolve("x"), Histories.halfWay()));
    }
    server.page = 1;
    try (MlflowServer other =
        new MlflowServer(server.uri(), none, Duration.ofMinutes(5), Duration.ZERO)) {
      other.show(Histories.grid("toy", temp.resolve("x"), Histories.finished()));
    }
    assertThat(server.runs).hasSize(2);
  }

  @Test
  void a_password_or_a_token_comes_from_the_environment_and_is_shown_nowhere() {
    Map<String, String> user =
        Map.of("MLFLOW_TRACKING_USERNAME", "me", "MLFLOW_TRACKING_PASSWORD", "s3cret");
    try (MlflowServer tracker = tracker(user)) {
      tracker.show(Histories.grid("toy", temp, Histories.halfWay()));
      String both =
          Base64.getEncoder().encodeToString("me:s3cret".getBytes(StandardCharsets.UTF_8));
      assertThat(server.authorization).hasValue("Basic " + both);
    }
    try (MlflowServer tracker = tracker(Map.of("MLFLOW_TRACKING_TOKEN", "t0ken"))) {
      tracker.show(Histories.grid("toy", temp, Histories.halfWay()));
      assertThat(server.authorization).hasValue("Bearer t0ken");
      String answer = "{\"error_code\": \"DENIED\", \"message\": \"'t0ken' is no token\"}";
      server.troubles.add(new Trouble(BATCH, 401, answer, false));
      assertThatThrownBy(() -> tracker.show(Histories.grid("toy", temp, Histories.finished())))
          .hasMessage(
              "runs/log-batch: HTTP 401: DENIED '***' is no token (set MLFLOW_TRACKING_USERNAME and"
                  + " MLFLOW_TRACKING_PASSWORD, or MLFLOW_TRACKING_TOKEN)");
    }
    assertThatThrownBy(() -> tracker(Map.of("MLFLOW_TRACKING_USERNAME", "me")).open())
        .isInstanceOf(PalimpsestException.class)
        .hasMessage("MLFLOW_TRACKING_USERNAME is set, and MLFLOW_TRACKING_PASSWORD is not");
    assertThatThrownBy(() -> tracker(Map.of("MLFLOW_TRACKING_TOKEN", "t0k\nen")).open())
        .hasMessageNotContaining("t0k");
  }

  @Test
  void a_redirection_is_not_followed() {
    server.troubles.add(new Trouble("experiments/get-by-name", 302, "", false));
    try (MlflowServer tracker = tracker()) {
      assertThatThrownBy(() -> tracker.show(Histories.grid("toy", temp, Histories.halfWay())))
          .hasMessageStartingWith("it redirects (HTTP 302), which is not followed");
    }
  }
}
