package io.github.palimpsest.cli.option;

import io.github.palimpsest.api.PalimpsestException;
import io.github.palimpsest.api.discovery.PluginRegistry;
import io.github.palimpsest.experiment.file.Experiment;
import io.github.palimpsest.results.folder.Track;
import io.github.palimpsest.tracking.Trackers;
import io.github.palimpsest.tracking.Tracking;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Trackers that show a run in addition to the terminal. */
public final class TrackingOptions {
  @Option(
      names = "--tensorboard",
      paramLabel = "DIR",
      description = "write event files for TensorBoard to this folder, one run for each cell")
  @Nullable String tensorboard;

  @Option(
      names = "--mlflow",
      paramLabel = "URI",
      description = "send each cell as a run to the MLflow server at this URI")
  @Nullable String mlflow;

  @Option(
      names = "--track",
      paramLabel = "WORD=TARGET",
      description =
          "show each cell with this tracker, which a plugin may offer: a word of 'list --kind"
              + " tracker' with a folder, file or server; may be repeated")
  List<String> track = new ArrayList<>();

  /** Whether an option names a tracker. */
  public boolean names(String tracker) {
    return switch (tracker) {
      case "mlflow" -> mlflow != null || tracked(tracker);
      case "tensorboard" -> tensorboard != null || tracked(tracker);
      default -> tracked(tracker);
    };
  }

  private boolean tracked(String tracker) {
    return track.stream().anyMatch(t -> Track.Target.parse(t).tracker().equals(tracker));
  }

  /**
   * Checks the trackers of an experiment file before anything else is done.
   *
   * @throws io.github.palimpsest.api.PalimpsestException with its place in the file, if a tracker
   *     is unknown or has a wrong setting
   */
  public static void check(Experiment experiment, PluginRegistry registry) {
    for (Track.Target target : experiment.track().targets()) {
      try {
        Trackers.check(target, registry);
      } catch (PalimpsestException e) {
        throw Objects.requireNonNull(experiment.places().trackers().get(target.tracker())).error(e);
      }
    }
  }

  /**
   * The trackers named by options, or else by the experiment file.
   *
   * @param folder the output folder that they follow
   */
  public Tracking follow(Path folder, Track file, PluginRegistry registry, PrintWriter err) {
    List<Track.Target> wanted = new ArrayList<>();
    track.forEach(written -> wanted.add(Track.Target.parse(written)));
    if (mlflow != null) {
      wanted.add(new Track.Target("mlflow", mlflow));
    }
    if (tensorboard != null) {
      wanted.add(new Track.Target("tensorboard", tensorboard));
    }
    Set<String> given = wanted.stream().map(Track.Target::tracker).collect(Collectors.toSet());
    file.targets().stream().filter(t -> !given.contains(t.tracker())).forEach(wanted::add);
    Consumer<String> told = said -> err.println("palimpsest: " + said);
    return new Tracking(folder, Trackers.open(wanted, registry, told), told);
  }
}
