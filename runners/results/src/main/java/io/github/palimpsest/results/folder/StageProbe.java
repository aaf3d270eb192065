package io.github.palimpsest.results.folder;

import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The measurements of a probe after a stage and before the next one, on the examples that the stage
 * was trained on, in {@code stage-probes/STAGE/ID.json} of the output folder. The weights are those
 * after the stage's last step, with an adapter merged and before any merger. Equal weights, probes
 * and examples give equal bytes, except {@code cost}.
 *
 * @param stage the stage's id
 * @param task the task, from 1
 * @param recipe the components that can have acted by then, without their defaults
 * @param first the components that acted in the first stage of the same run, without their defaults
 * @param seed the seed of its random streams
 * @param probe the probe without its defaults
 * @param on the task, whose training examples gave the loss
 * @param examples the number of these examples
 * @param loss the mean loss of these examples, in nats per target token
 * @param distance the Euclidean distance of the weights from those before any training
 * @param values the measured numbers by name
 * @param cost what the measurement took
 */
public record StageProbe(
    String stage,
    int task,
    String recipe,
    String first,
    long seed,
    String probe,
    String on,
    int examples,
    double loss,
    double distance,
    SortedMap<String, Double> values,
    Cost cost) {
  /** Copies the values, and requires the texts. */
  public StageProbe {
    JsonFile.required(stage, "stage");
    JsonFile.required(recipe, "recipe");
    JsonFile.required(first, "first");
    JsonFile.required(probe, "probe");
    JsonFile.required(on, "on");
    values =
        values == null
            ? Collections.emptySortedMap()
            : Collections.unmodifiableSortedMap(new TreeMap<>(values));
    cost = cost == null ? new Cost(0, 0) : cost;
  }

  /**
   * What a measurement took.
   *
   * @param passes forward passes over the examples; a gradient counts as three
   * @param seconds wall time
   */
  public record Cost(long passes, double seconds) {}

  /** The values without the points of a landscape, since they are too many for a list. */
  public SortedMap<String, Double> summary() {
    return ProbeFiles.summary(values);
  }

  /** All measurements of an output folder, by stage and probe. */
  public static List<StageProbe> of(Path folder) {
    return ProbeFiles.all(new FolderLayout(folder).stageProbes(), StageProbe.class);
  }

  /** The files of a stage's measurements. */
  public static List<Path> files(Path folder, String stage) {
    return ProbeFiles.in(new FolderLayout(folder).stageProbes().resolve(stage));
  }

  public void write(Path file) {
    ProbeFiles.write(file, this);
  }
}
