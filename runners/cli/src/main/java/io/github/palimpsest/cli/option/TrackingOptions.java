package io.github.palimpsest.cli.option;

import io.github.palimpsest.results.folder.Track;
import io.github.palimpsest.tracking.MlflowServer;
import io.github.palimpsest.tracking.TensorBoard;
import io.github.palimpsest.tracking.Tracker;
import io.github.palimpsest.tracking.Tracking;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Where a run is shown beside the terminal. */
public final class TrackingOptions {
  @Option(
      names = "--tensorboard",
      paramLabel = "DIR",
      description = "write event files for TensorBoard there, a run for each cell")
  @Nullable String tensorboard;

  @Option(
      names = "--mlflow",
      paramLabel = "URI",
      description = "send each cell as a run to the MLflow server there")
  @Nullable String mlflow;

  /**
   * The trackers that options ask for, or else the experiment file.
   *
   * @param folder the output folder that they show
   */
  public Tracking follow(Path folder, Track file, PrintWriter err) {
    Optional<String> events = Optional.ofNullable(tensorboard).or(file::tensorboard);
    Optional<String> server = Optional.ofNullable(mlflow).or(file::mlflow);
    List<Tracker> trackers = new ArrayList<>();
    server.ifPresent(uri -> trackers.add(new MlflowServer(uri, folder)));
    events.ifPresent(dir -> trackers.add(new TensorBoard(Path.of(dir))));
    return new Tracking(folder, trackers, said -> err.println("palimpsest: " + said));
  }
}
