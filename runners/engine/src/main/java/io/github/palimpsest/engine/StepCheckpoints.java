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
 * The checkpoints within one task. Their values are held and not copied, and written one at a time
 * while training goes on. When this is closed, all have been written.
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
   * @param writer runs the writing of a checkpoint
   */
  StepCheckpoints(CheckpointFile file, int task, Executor writer) {
    this.file = file;
    this.task = task;
    this.writer = writer;
  }

  /** Restores a checkpoint into the graph; returns the number of finished steps of the task. */
  long resume(StepGraph graph) {
    Optional<Checkpoint> c = file.read().filter(s -> s.number("task") == task);
    c.ifPresent(s -> graph.restore(s.weights(TRAINABLE), s.weights(SLOTS)));
    return c.map(s -> s.number(STEP)).orElse(0L);
  }

  /**
   * Holds the state after a number of steps and returns; the file exists when this is closed.
   *
   * @throws PalimpsestException if the previous checkpoint could not be written
   */
  void save(StepGraph graph, long step) {
    if (!file.kept()) {
      return;
    }
    // before anything else, so that two states are never held
    close();
    HeldWeights held = graph.held();
    Checkpoint c = new Checkpoint();
    c.numbers().put("task", (long) task);
    c.numbers().put(STEP, step);
    c.weights().put(TRAINABLE, held.weights().get(0));
    c.weights().put(SLOTS, held.weights().get(1));
    writing =
        CompletableFuture.runAsync(
            () -> {
              try (held) {
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
