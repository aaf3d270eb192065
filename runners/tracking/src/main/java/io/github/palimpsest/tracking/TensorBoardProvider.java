package io.github.palimpsest.tracking;

import io.github.palimpsest.api.component.Setting;
import io.github.palimpsest.api.tracker.TrackerProvider;
import java.nio.file.Path;

/** Describes {@link TensorBoard} without loading it, because it loads protocol buffers. */
final class TensorBoardProvider {
  private static final Setting<String> TARGET =
      TrackerProvider.target("runs", "a folder for event files, one below it for each cell");

  private TensorBoardProvider() {}

  static TrackerProvider of() {
    return TrackerProvider.of(
            "tensorboard",
            "Event files for TensorBoard, a run for each cell",
            "scalars by training step, the recipe as text, its settings for the HParams page",
            "TensorFlow 2.18, tensorflow/core/util/event.proto; TensorBoard, plugins/hparams")
        .settings(TARGET)
        .creates(s -> new TensorBoard(Path.of(s.get(TARGET))));
  }
}
