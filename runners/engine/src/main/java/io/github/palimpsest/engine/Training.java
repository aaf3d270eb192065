package io.github.palimpsest.engine;

import io.github.palimpsest.api.PalimpsestException;
import io.github.palimpsest.engine.differentiation.LossChunk;
import io.github.palimpsest.engine.differentiation.Recompute;
import io.github.palimpsest.engine.weights.Compute;
import io.github.palimpsest.engine.weights.SlotStorage;
import java.util.ArrayList;
import java.util.List;

/**
 * The settings of training that are not part of the recipe.
 *
 * @param epochs passes over the task's examples
 * @param maxSteps at most this number of steps per task; 0 for no limit
 * @param batchSize examples of the task in a step
 * @param accumulation number of micro-batches into which a step is cut; K micro-batches give the
 *     same step as one batch
 * @param checkpointEvery steps between checkpoints within a task; 0 for one only at its end
 * @param compute the precision of products with kernels and tables
 * @param recompute the values that a backward pass computes again instead of keeping them
 * @param lossChunk how many tokens have logits at the same time
 * @param slots how the state of the optimizer is stored between steps
 * @param towers number of parts of a micro-batch that a step computes side by side, each operation
 *     on one thread; the sums over examples are rounded differently for each number
 */
public record Training(
    int epochs,
    long maxSteps,
    int batchSize,
    int accumulation,
    int checkpointEvery,
    Compute compute,
    Recompute recompute,
    LossChunk lossChunk,
    SlotStorage slots,
    int towers) {
  /**
   * @throws PalimpsestException if a number is out of range
   */
  public Training {
    check("epochs", epochs, 1);
    check("max-steps", maxSteps, 0);
    check("batch-size", batchSize, 1);
    check("accumulation", accumulation, 1);
    check("checkpoint-every", checkpointEvery, 0);
    check("towers", towers, 1);
    if (accumulation > batchSize) {
      throw new PalimpsestException(
          "accumulation="
              + accumulation
              + " must be at most batch-size="
              + batchSize
              + ": a micro-batch needs an example");
    }
    int largest = microBatchSize(batchSize, accumulation);
    if (towers > largest) {
      throw new PalimpsestException(
          "towers=%d must be at most the %d examples of a micro-batch: a tower needs an example"
              .formatted(towers, largest));
    }
  }

  /** Training in float32 that keeps the activations, except for large models. */
  public Training(int epochs, long maxSteps, int batchSize, int accumulation, int checkpointEvery) {
    this(
        epochs,
        maxSteps,
        batchSize,
        accumulation,
        checkpointEvery,
        Compute.FLOAT32,
        Recompute.AUTO,
        LossChunk.AUTO,
        SlotStorage.DEFAULT,
        1);
  }

  /** A copy with this precision of products. */
  public Training with(Compute other) {
    return copy(epochs, maxSteps, other, recompute, lossChunk, slots, towers);
  }

  /** A copy with this recomputation. */
  public Training with(Recompute other) {
    return copy(epochs, maxSteps, compute, other, lossChunk, slots, towers);
  }

  /** A copy with this number of tokens that have logits at the same time. */
  public Training with(LossChunk other) {
    return copy(epochs, maxSteps, compute, recompute, other, slots, towers);
  }

  /** A copy with this storage of the optimizer's state. */
  public Training with(SlotStorage other) {
    return copy(epochs, maxSteps, compute, recompute, lossChunk, other, towers);
  }

  /** A copy with this number of epochs and steps. */
  public Training lasting(int otherEpochs, long otherMaxSteps) {
    return copy(otherEpochs, otherMaxSteps, compute, recompute, lossChunk, slots, towers);
  }

  /** A copy with this number of towers. */
  public Training inTowers(int other) {
    return copy(epochs, maxSteps, compute, recompute, lossChunk, slots, other);
  }

  private Training copy(
      int ofEpochs,
      long ofSteps,
      Compute c,
      Recompute r,
      LossChunk chunk,
      SlotStorage storage,
      int parts) {
    return new Training(
        ofEpochs, ofSteps, batchSize, accumulation, checkpointEvery, c, r, chunk, storage, parts);
  }

  /** Settings with these epochs and this batch size, and defaults otherwise. */
  public static Training epochs(int epochs, int batchSize) {
    return new Training(epochs, 0, batchSize, 1, 0);
  }

  /** The number of steps of a task with this number of examples. */
  public long steps(int examples) {
    return steps(examples, 0);
  }

  /**
   * The number of steps of a task with rehearsal.
   *
   * @param examples the number of its examples
   * @param extraBatches the number of additional batches in an epoch
   */
  public long steps(int examples, long extraBatches) {
    long perEpoch = (examples + batchSize - 1) / batchSize + extraBatches;
    long all = perEpoch * epochs;
    return maxSteps == 0 ? all : Math.min(all, maxSteps);
  }

  /** The most examples of a micro-batch of {@link #batchSize}. */
  public int microBatchSize() {
    return microBatchSize(batchSize, accumulation);
  }

  /** The most examples of a micro-batch. */
  public static int microBatchSize(int batchSize, int accumulation) {
    return (batchSize + accumulation - 1) / accumulation;
  }

  /** The examples of a step, cut into its micro-batches; none of them is empty. */
  <T> List<List<T>> microBatches(List<T> examples) {
    List<List<T>> cut = new ArrayList<>();
    int parts = Math.min(accumulation, examples.size());
    for (int i = 0; i < parts; i++) {
      cut.add(
          examples.subList(
              (int) ((long) i * examples.size() / parts),
              (int) ((long) (i + 1) * examples.size() / parts)));
    }
    return cut;
  }

  private static void check(String name, long value, long least) {
    if (value < least) {
      throw new PalimpsestException(name + "=" + value + " must be at least " + least);
    }
  }
}
