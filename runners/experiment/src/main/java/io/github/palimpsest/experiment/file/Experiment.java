package io.github.palimpsest.experiment.file;

import io.github.palimpsest.engine.Training;
import io.github.palimpsest.engine.device.Device;
import io.github.palimpsest.results.folder.Track;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * The content of an experiment file, with every value checked as far as the file alone allows.
 *
 * @param name for listings and the default output folder
 * @param base the folder for relative paths, after the working directory
 * @param model the written Hugging Face directory, or {@code quickstart}
 * @param tasks trained one after another
 * @param kept evaluation sets that are never trained on
 * @param corpus data that represent the pretraining, for components that use them
 * @param training the settings of training
 * @param allowOverlap whether evaluation examples may be training examples; they are then counted
 * @param maxLength the number of tokens at which examples are cut; 0 for the model's own limit
 * @param budget the quantity that is equal for all cells
 * @param axes the factors
 * @param design the combinations of their levels that make up the grid
 * @param seeds one run of each recipe for each
 * @param exclusions recipes to leave out
 * @param metrics the written metrics; empty for all metrics
 * @param probes the written probes for finished cells
 * @param track the trackers that show its progress; they change no result
 * @param device the device to run on
 * @param place the place in the file that names the model
 */
public record Experiment(
    String name,
    Path base,
    String model,
    List<DataSet> tasks,
    List<DataSet> kept,
    Optional<DataSet> corpus,
    Training training,
    boolean allowOverlap,
    int maxLength,
    Budget budget,
    List<Axis> axes,
    Design design,
    List<Long> seeds,
    List<Exclusion> exclusions,
    List<Axis.Level> metrics,
    List<Axis.Level> probes,
    Track track,
    Device device,
    Place place) {
  /** Copies the lists. */
  public Experiment {
    tasks = List.copyOf(tasks);
    kept = List.copyOf(kept);
    axes = List.copyOf(axes);
    seeds = List.copyOf(seeds);
    exclusions = List.copyOf(exclusions);
    metrics = List.copyOf(metrics);
    probes = List.copyOf(probes);
  }

  /** A copy with another device. */
  public Experiment on(Device other) {
    return new Experiment(
        name,
        base,
        model,
        tasks,
        kept,
        corpus,
        training,
        allowOverlap,
        maxLength,
        budget,
        axes,
        design,
        seeds,
        exclusions,
        metrics,
        probes,
        track,
        other,
        place);
  }
}
