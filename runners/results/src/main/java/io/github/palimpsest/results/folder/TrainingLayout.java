package io.github.palimpsest.results.folder;

import java.nio.file.Path;

/**
 * The paths of all files that {@code train} writes next to the model's own. No other class names
 * them.
 *
 * <pre>
 * OUT/                            the trained model; appears when it is complete
 * OUT/train.json                  the record of the training, a {@link TrainingRecord}
 * OUT/losses.csv                  loss and norm of the gradient at every step, a {@link LossLog}
 * OUT/last/                       the model after the last step, if OUT has an earlier one
 * OUT.unfinished/                 while the model is trained
 * OUT.unfinished/inputs.json      everything that determines the model, a {@link TrainingInputs}
 * OUT.unfinished/evaluations.json held-out losses so far, an {@link Evaluations}
 * OUT.unfinished/losses.csv       as above, with losses.crc
 * OUT.unfinished/*.checkpoint     the checkpoints of the engine
 * OUT.unfinished/model/           the model while it is written
 * OUT.unfinished/lock             held by the process that trains
 * </pre>
 *
 * @param out the folder of the trained model
 */
public record TrainingLayout(Path out) {
  private static final String CHECKPOINT = ".checkpoint";

  /** Makes the path absolute, since that of an unfinished training is next to it. */
  public TrainingLayout {
    out = out.toAbsolutePath().normalize();
  }

  /** The record of the training in the folder of a model. */
  public static Path record(Path model) {
    return model.resolve("train.json");
  }

  /** The losses in the folder of a model, or of an unfinished training. */
  public static Path losses(Path folder) {
    return folder.resolve(FolderLayout.LOSSES);
  }

  /** The model after the last step in the folder of an earlier one. */
  public static Path last(Path model) {
    return model.resolve("last");
  }

  /** The folder of the unfinished training. */
  public Path unfinished() {
    return out.resolveSibling(out.getFileName() + ".unfinished");
  }

  /** What determines the model. */
  public Path inputs() {
    return unfinished().resolve("inputs.json");
  }

  /** The held-out losses so far. */
  public Path evaluations() {
    return unfinished().resolve("evaluations.json");
  }

  /** The model while it is written. */
  public Path model() {
    return unfinished().resolve("model");
  }

  /** Held by the process that trains. */
  public Path lock() {
    return unfinished().resolve("lock");
  }

  /** Whether a file of the unfinished training is a checkpoint of the engine. */
  public static boolean isCheckpoint(Path file) {
    return file.getFileName().toString().endsWith(CHECKPOINT);
  }
}
