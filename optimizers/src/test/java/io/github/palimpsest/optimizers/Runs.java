package io.github.palimpsest.optimizers;

import io.github.palimpsest.api.data.Example;
import io.github.palimpsest.api.data.TaskData;
import io.github.palimpsest.api.parameter.WeightSnapshot;
import io.github.palimpsest.engine.Seats;
import io.github.palimpsest.engine.StepListener;
import io.github.palimpsest.engine.TaskLoop;
import io.github.palimpsest.engine.Training;
import io.github.palimpsest.engine.device.Device;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.zip.CRC32;
import org.jspecify.annotations.Nullable;

/** A task of twelve steps with a checkpoint after every third. */
final class Runs {
  private static final int STOP = 8;

  private Runs() {}

  /** Runs to the end, from the checkpoints in the folder if it has any. */
  static WeightSnapshot train(String recipe, @Nullable Path folder, StepListener listener) {
    if (folder != null) {
      folder.toFile().mkdirs();
    }
    List<Example> examples = new ArrayList<>();
    for (int t = 0; t < 6; t++) {
      examples.addAll(EngineRun.batch(t));
    }
    TaskLoop loop =
        new TaskLoop(
            EngineRun.PROBLEM.model(),
            EngineRun.PROBLEM.start(),
            Seats.of(Recipes.REGISTRY.recipe(recipe)),
            new Training(2, 0, 8, 1, 3),
            3,
            List.of(TaskData.of(0, "classifier", examples)),
            Device.CPU,
            folder);
    loop.train(listener);
    return loop.weights();
  }

  /** Runs until the eighth step is done and goes no further. */
  static void stopInMidTask(String recipe, Path folder) {
    try {
      train(
          recipe,
          folder,
          (task, step, total, loss) -> {
            if (step == STOP) {
              throw new IllegalStateException("stopped");
            }
          });
    } catch (IllegalStateException stopped) {
      if (!"stopped".equals(stopped.getMessage())) {
        throw stopped;
      }
    }
  }

  /** A name for files of a recipe. */
  static String folder(String recipe) {
    CRC32 crc = new CRC32();
    crc.update(recipe.getBytes(java.nio.charset.StandardCharsets.UTF_8));
    return Long.toHexString(crc.getValue());
  }

  /** All bits of some weights as text. */
  static String bits(WeightSnapshot weights) {
    StringBuilder all = new StringBuilder();
    for (String name : weights.names()) {
      float[] values = weights.copy(name);
      ByteBuffer bytes = ByteBuffer.allocate(4 * values.length);
      bytes.asFloatBuffer().put(values);
      all.append(name).append('=').append(HexFormat.of().formatHex(bytes.array())).append(' ');
    }
    return all.toString();
  }
}
