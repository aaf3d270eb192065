package io.github.palimpsest.engine;

import io.github.palimpsest.api.PalimpsestException;
import io.github.palimpsest.engine.differentiation.Recompute;
import io.github.palimpsest.engine.weights.Compute;

/**
 * How each task is trained, beside the recipe.
 *
 * @param epochs passes over the task's examples
 * @param maxSteps at most so many steps a task; 0 for no such limit
 * @param batchSize examples of the task in a step
 * @param accumulation micro-batches that a step's examples are cut into; K micro-batches give the
 *     same step as one batch
 * @param checkpointEvery steps between checkpoints within a task; 0 for none but at its end
 * @param compute what products with kernels and tables are computed in
 * @param recompute what a backward pass computes anew instead of keeping it
 */
public record Training(
    int epochs,
    long maxSteps,
    int batchSize,
    int accumulation,
    int checkpointEvery,
    Compute compute,
    Recompute recompute) {
  /**
   * @throws PalimpsestException if a number is out of range
   */
  public Training {
    check("epochs", epochs, 1);
    check("max-steps", maxSteps, 0);
    check("batch-size", batchSize, 1);
    check("accumulation", accumulation, 1);
    check("checkpoint-every", checkpointEvery, 0);
    if (accumulation > batchSize) {
      throw new PalimpsestException(
          "accumulation="
              + accumulation
              + " must be at most batch-size="
              + batchSize
              + ": a micro-batch needs an example");
    }
  }

  /** Training in float32, that keeps the activations of all but large models. */
  public Training(int epochs, long maxSteps, int batchSize, int accumulation, int checkpointEvery) {
    this(
        epochs,
        maxSteps,
        batchSize,
        accumulation,
        checkpointEvery,
        Compute.FLOAT32,
        Recompute.AUTO);
  }

  /** The same with products computed so. */
  public Training with(Compute other) {
    return new Training(
        epochs, maxSteps, batchSize, accumulation, checkpointEvery, other, recompute);
  }

  /** The same with that computed anew. */
  public Training with(Recompute other) {
    return new Training(epochs, maxSteps, batchSize, accumulation, checkpointEvery, compute, other);
  }

  /** The same for so long. */
  public Training lasting(int otherEpochs, long otherMaxSteps) {
    return new Training(
        otherEpochs, otherMaxSteps, batchSize, accumulation, checkpointEvery, compute, recompute);
  }

  /** So many epochs, in batches of one size, with nothing else. */
  public static Training epochs(int epochs, int batchSize) {
    return new Training(epochs, 0, batchSize, 1, 0);
  }

  /** How many steps a task of so many examples takes. */
  public long steps(int examples) {
    return steps(examples, 0);
  }

  /**
   * How many steps a task takes with rehearsal.
   *
   * @param examples how many the task has
   * @param extraBatches how many batches more an epoch has
   */
  public long steps(int examples, long extraBatches) {
    long perEpoch = (examples + batchSize - 1) / batchSize + extraBatches;
    long all = perEpoch * epochs;
    return maxSteps == 0 ? all : Math.min(all, maxSteps);
  }

  private static void check(String name, long value, long least) {
    if (value < least) {
      throw new PalimpsestException(name + "=" + value + " must be at least " + least);
    }
  }
}
