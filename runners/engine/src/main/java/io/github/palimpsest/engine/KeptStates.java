package io.github.palimpsest.engine;

import io.github.palimpsest.api.parameter.WeightSnapshot;
import io.github.palimpsest.engine.checkpoint.Checkpoint;
import io.github.palimpsest.engine.checkpoint.CheckpointFile;
import io.github.palimpsest.storage.Folders;
import java.nio.file.Path;
import java.util.TreeMap;
import java.util.function.LongPredicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The trainable parameters that a listener asked to keep, by the step after which they were. Only
 * the latest are needed, and those that were the latest at the last checkpoint: a run that
 * continues from it may never reach a later one again. Without a folder they are in memory.
 */
final class KeptStates {
  private static final Pattern NAME = Pattern.compile("kept-(\\d{1,18})\\.checkpoint");
  private static final String TRAINABLE = "trainable";
  private static final long NONE = -1;

  private final @Nullable Path folder;
  private final long seed;
  private final TreeMap<Long, WeightSnapshot> memory = new TreeMap<>();
  private long latest = NONE;
  private long atCheckpoint = NONE;

  /**
   * @param folder the folder for them, or null for none
   */
  KeptStates(@Nullable Path folder, long seed) {
    this.folder = folder;
    this.seed = seed;
  }

  /** Training begins after a number of steps; what was kept after later steps is removed. */
  void begin(long done) {
    memory.clear();
    latest = remove(step -> step > done);
    atCheckpoint = latest;
  }

  /** Keeps the present values. All checkpoints so far must be written. */
  void keep(StepGraph graph, long step) {
    if (folder == null) {
      memory.clear();
      memory.put(step, graph.trainable());
      return;
    }
    Checkpoint c = new Checkpoint();
    c.weights().put(TRAINABLE, graph.trainable());
    file(step).write(c);
    latest = step;
    remove(other -> other != step && other != atCheckpoint);
  }

  /** A checkpoint is about to be written. */
  void checkpoint() {
    atCheckpoint = latest;
  }

  /**
   * The values after a step.
   *
   * @throws IllegalArgumentException if they were not kept
   */
  WeightSnapshot after(long step) {
    WeightSnapshot kept =
        folder == null
            ? memory.get(step)
            : file(step).read().map(c -> c.weights(TRAINABLE)).orElse(null);
    if (kept == null) {
      throw new IllegalArgumentException("the weights after step " + step + " were not kept");
    }
    return kept;
  }

  /** Removes files; returns the last step of the others. */
  private long remove(LongPredicate which) {
    long last = NONE;
    if (folder != null) {
      for (Path file : Folders.contentIfThere(folder)) {
        Matcher name = NAME.matcher(file.getFileName().toString());
        if (name.matches()) {
          long step = Long.parseLong(name.group(1));
          if (which.test(step)) {
            file(step).delete();
          } else {
            last = Math.max(last, step);
          }
        }
      }
    }
    return last;
  }

  private CheckpointFile file(long step) {
    return new CheckpointFile(folder, "kept-" + step + ".checkpoint", seed);
  }
}
