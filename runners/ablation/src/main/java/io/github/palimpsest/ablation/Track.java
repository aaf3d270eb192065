package io.github.palimpsest.ablation;

import java.util.Optional;

/**
 * The experiment trackers that show a grid while it runs.
 *
 * @param tensorboard a folder for TensorBoard's event files
 * @param mlflow the URI of an MLflow server
 */
public record Track(Optional<String> tensorboard, Optional<String> mlflow) {
  /** No tracker. */
  public static final Track NONE = new Track(Optional.empty(), Optional.empty());
}
