package io.github.palimpsest.tracking;

import io.github.palimpsest.api.component.Promise;
import io.github.palimpsest.api.component.Setting;
import io.github.palimpsest.api.tracker.TrackerProvider;

/** Describes {@link MlflowServer}. */
final class MlflowProvider {
  private static final Setting<String> TARGET =
      TrackerProvider.target(
          "http://localhost:5000",
          "the URI of a server; a password or token comes from MLFLOW_TRACKING_USERNAME and"
              + " MLFLOW_TRACKING_PASSWORD, or MLFLOW_TRACKING_TOKEN");

  private MlflowProvider() {}

  static TrackerProvider of() {
    return TrackerProvider.of(
            "mlflow",
            "Runs on an MLflow server, one for each cell",
            "metrics by training step, settings as parameters, the cell's id and folder as tags",
            "MLflow REST API 2.0, mlflow.org/docs/latest/rest-api.html")
        .settings(TARGET)
        .promisesNot(Promise.WRITES_FILES)
        .creates(s -> new MlflowServer(s.get(TARGET)));
  }
}
