package io.github.palimpsest.tracking;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.palimpsest.api.PalimpsestException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.mlflow.api.proto.Service;
import org.mlflow.tracking.MlflowClient;

class MlflowServerTest {
  @TempDir Path temp;

  @Test
  void a_real_server_has_a_grid_that_was_interrupted_once_and_whole() throws IOException {
    PythonEnvironment.require("mlflow");
    try (MlflowProcess server = MlflowProcess.start(temp);
        MlflowClient client = new MlflowClient(server.uri())) {
      try (MlflowServer first = new MlflowServer(server.uri(), temp)) {
        first.show("toy", List.of(Histories.halfWay()));
        assertThat(run(client).getInfo().getStatus()).isEqualTo(Service.RunStatus.RUNNING);
      }
      assertThat(run(client).getInfo().getStatus())
          .as("stopped half way")
          .isEqualTo(Service.RunStatus.KILLED);
      try (MlflowServer second = new MlflowServer(server.uri(), temp)) {
        second.show("toy", List.of(Histories.halfWay()));
        assertThat(run(client).getInfo().getStatus()).isEqualTo(Service.RunStatus.RUNNING);
        second.show("toy", List.of(Histories.finished()));
      }

      Service.Run run = run(client);
      assertThat(run.getInfo().getStatus()).isEqualTo(Service.RunStatus.FINISHED);
      assertThat(run.getInfo().getRunName()).isEqualTo("sam(rho=0.1) + ewc, seed 7");
      Map<String, String> parameters = new TreeMap<>();
      run.getData().getParamsList().forEach(p -> parameters.put(p.getKey(), p.getValue()));
      assertThat(parameters)
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
      assertThat(history(client, run, "train/loss"))
          .containsExactly("1=1.0", "2=0.5", "3=" + 1.0 / 3, "4=0.25", "5=0.2", "6=" + 1.0 / 6);
      assertThat(history(client, run, "score/a")).containsExactly("0=0.0", "3=1.0", "6=0.25");
      assertThat(history(client, run, "metric/forgetting")).containsExactly("6=0.75");
    }
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
  void messages_do_not_show_the_password_of_a_uri() {
    try (MlflowServer server = new MlflowServer("http://me:secret@127.0.0.1:5000", temp)) {
      assertThat(server.target()).isEqualTo("MLflow at http://127.0.0.1:5000");
    }
  }

  /** The only run of the experiment. */
  private static Service.Run run(MlflowClient client) {
    String experiment = client.getExperimentByName("toy").orElseThrow().getExperimentId();
    List<Service.Run> all = new ArrayList<>();
    client
        .searchRuns(List.of(experiment), "", Service.ViewType.ALL, 100)
        .getItems()
        .forEach(all::add);
    assertThat(all).hasSize(1);
    return client.getRun(all.get(0).getInfo().getRunId());
  }

  private static List<String> history(MlflowClient client, Service.Run run, String key) {
    return client.getMetricHistory(run.getInfo().getRunId(), key).stream()
        .map(m -> m.getStep() + "=" + m.getValue())
        .toList();
  }
}
