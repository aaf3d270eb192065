package io.github.palimpsest.experiment.file;

import io.github.palimpsest.api.PalimpsestException;
import io.github.palimpsest.engine.Training;
import io.github.palimpsest.engine.device.Device;
import io.github.palimpsest.results.folder.GridPlan;
import io.github.palimpsest.results.folder.Precision;
import io.github.palimpsest.results.folder.Track;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.LongStream;

/**
 * The content of an experiment file, with every value checked as far as the file alone allows.
 *
 * @param name for listings and the default output folder
 * @param base the folder of the file, to which its paths are relative
 * @param model the written Hugging Face directory, or {@code quickstart}; the network of a
 *     classifier, or the folder with the configuration of a decoder to make
 * @param classifier the classifier to make; empty for a language model
 * @param decoder the decoder to make; empty if its weights are there, or for a classifier
 * @param tasks trained one after another
 * @param evaluation evaluation sets that are never trained on
 * @param corpus what the model was pretrained on, for components that make use of it
 * @param training how each task is trained
 * @param points how many points of each stage are scored after that before its first step; 0 for
 *     none at all. Changes no weights
 * @param clipNorm the {@code max} of a {@code clip-norm} around the optimizer of each recipe; 0 for
 *     none
 * @param allowOverlap whether evaluated examples may be trained on; they are counted then
 * @param maxLength the maximum number of tokens of an example; 0 for the model's own limit
 * @param batching how examples are joined and sorted
 * @param budget what cells are given alike
 * @param axes the factors
 * @param design which combinations of their levels make the grid
 * @param seeds one run of each recipe for each
 * @param exclusions recipes to leave out
 * @param metrics the metrics as written; empty for all that there are
 * @param probes the probes that stages and finished cells are measured with, as written
 * @param analysis what is claimed of the results, where it is declared
 * @param precision the rule that added seeds; empty if the number of seeds is fixed
 * @param track where its progress is shown; changes no result
 * @param device where to run
 * @param places where the file says what is checked only with components, model and data
 */
public record Experiment(
    String name,
    Path base,
    WrittenPath model,
    Optional<FreshClassifier> classifier,
    Optional<FreshDecoder> decoder,
    List<DataSet> tasks,
    List<DataSet> evaluation,
    Optional<DataSet> corpus,
    Training training,
    int points,
    double clipNorm,
    boolean allowOverlap,
    int maxLength,
    Batching batching,
    Budget budget,
    List<Axis> axes,
    Design design,
    List<Long> seeds,
    List<Exclusion> exclusions,
    List<Axis.Level> metrics,
    List<Axis.Level> probes,
    Optional<GridPlan.Declared> analysis,
    Optional<Precision> precision,
    Track track,
    Device device,
    Places places) {
  /**
   * Places in the experiment file.
   *
   * @param model where it names the model
   * @param length where it sets {@code training.max-length}; that of the model if it does not
   * @param primary where it names each primary outcome
   * @param trackers where it names each tracker, by the tracker's word
   */
  public record Places(
      Place model, Place length, List<Place> primary, Map<String, Place> trackers) {
    /** Copies the collections. */
    public Places {
      primary = List.copyOf(primary);
      trackers = Map.copyOf(trackers);
    }
  }

  /**
   * How examples are joined and sorted.
   *
   * @param pack whether short examples are joined up to the maximum length
   * @param buckets the number of batches whose examples are sorted by length together; 0 for none
   */
  public record Batching(boolean pack, int buckets) {}

  /** The most seeds that are added to those of a file. */
  private static final int MOST_ADDED = 100_000;

  /** Copies the lists. */
  public Experiment {
    tasks = List.copyOf(tasks);
    evaluation = List.copyOf(evaluation);
    axes = List.copyOf(axes);
    seeds = List.copyOf(seeds);
    exclusions = List.copyOf(exclusions);
    metrics = List.copyOf(metrics);
    probes = List.copyOf(probes);
  }

  /** Where the file names the model. */
  public Place place() {
    return places.model();
  }

  /** A copy with another device. */
  public Experiment on(Device other) {
    return with(seeds, precision, other);
  }

  /** What to tell a user whose place of the optimizer's state saves nothing; empty otherwise. */
  public Optional<String> slotNotice() {
    return training.slots().notice(device);
  }

  /**
   * A copy with more seeds: the whole numbers that follow the largest one. Their cells are those of
   * an experiment that lists them.
   *
   * @param more how many, from 0 to {@value #MOST_ADDED}
   * @throws PalimpsestException if there are no such numbers
   */
  public Experiment withMoreSeeds(int more) {
    if (more == 0) {
      return this;
    }
    if (more > MOST_ADDED) {
      throw new PalimpsestException(
          "--add-seeds " + more + " must be a whole number from 0 to " + MOST_ADDED);
    }
    long last = seeds.stream().mapToLong(Long::longValue).max().orElse(0);
    if (last > Long.MAX_VALUE - more) {
      throw new PalimpsestException(
          more + " seeds after " + last + " would be larger than any seed, " + Long.MAX_VALUE);
    }
    List<Long> all = new ArrayList<>(seeds);
    LongStream.rangeClosed(last + 1, last + more).forEach(all::add);
    return with(all, precision, device);
  }

  /** A copy whose number of seeds follows from a rule. */
  public Experiment until(Precision rule) {
    return with(seeds, Optional.of(rule), device);
  }

  private Experiment with(List<Long> all, Optional<Precision> rule, Device where) {
    return new Experiment(
        name,
        base,
        model,
        classifier,
        decoder,
        tasks,
        evaluation,
        corpus,
        training,
        points,
        clipNorm,
        allowOverlap,
        maxLength,
        batching,
        budget,
        axes,
        design,
        all,
        exclusions,
        metrics,
        probes,
        analysis,
        rule,
        track,
        where,
        places);
  }
}
