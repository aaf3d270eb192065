package io.github.palimpsest.engine;

import io.github.palimpsest.api.PalimpsestException;
import io.github.palimpsest.engine.checkpoint.Checkpoint;
import io.github.palimpsest.engine.checkpoint.CheckpointFile;
import io.github.palimpsest.engine.weights.HeldWeights;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;

/**
 * The checkpoints within one task. The values of each are held, not copied, and written while
 * training goes on, one at a time; none is being written any more once this is closed.
 */
final class StepCheckpoints implements AutoCloseable {
  private static final String STEP = "step";
  private static final String TRAINABLE = "trainable";
  private static final String SLOTS = "slots";

  private final CheckpointFile file;
  private final int task;
  private final Executor writer;
  private CompletableFuture<Void> writing = CompletableFuture.completedFuture(null);

  /**
   * @param writer runs what writes a checkpoint
   */
  StepCheckpoints(CheckpointFile file, int task, Executor writer) {
    this.file = file;
    this.task = task;
    this.writer = writer;
  }

  /** Steps of the task that a checkpoint holds; the graph then stands behind them. */
  long resume(StepGraph graph) {
    Optional<Checkpoint> c = file.read().filter(s -> s.number("task") == task);
    c.ifPresent(s -> graph.restore(s.weights(TRAINABLE), s.weights(SLOTS)));
    return c.map(s -> s.number(STEP)).orElse(0L);
  }

  /**
   * Holds the state behind so many steps and returns; the file is there once this is closed.
   *
   * @throws PalimpsestException if the checkpoint before could not be written
   */
  void save(StepGraph graph, long step) {
    if (!file.kept()) {
      return;
    }
    // first, so that no two states are held
    close();
    HeldWeights trainable = graph.heldTrainable();
    HeldWeights slots = graph.heldSlots();
    Checkpoint c = new Checkpoint();
    c.numbers().put("task", (long) task);
    c.numbers().put(STEP, step);
    c.weights().put(TRAINABLE, trainable.weights());
    c.weights().put(SLOTS, slots.weights());
    writing =
        CompletableFuture.runAsync(
            () -> {
              try (trainable;
                  slots) {
                file.write(c);
              }
            },
            writer);
  }

  /**
   * Waits until the last checkpoint is written.
   *
   * @throws PalimpsestException if it could not be
   */
  @Override
  public void close() {
    CompletableFuture<Void> last = writing;
    writing = CompletableFuture.completedFuture(null);
    try {
      last.join();
    } catch (CompletionException e) {
      throw e.getCause() instanceof PalimpsestException failure ? failure : e;
    }
  }
}
