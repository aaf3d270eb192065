package io.github.palimpsest.results.analysis;

/**
 * An independent training run that was probed after a task and before the next one: all that was
 * trained from one first stage. Runs share no training.
 *
 * @param recipe the components that acted in its first stage, without their defaults
 * @param seed the seed of its random streams
 * @param value what the probe measured; the mean over the run's trainings of the task
 * @param loss the loss of the task's own training examples at the same weights, likewise
 * @param distance how far these weights are from those before any training, likewise
 * @param forgetting how much worse the task's score was after the next task than before it; the
 *     mean over all that followed
 * @param continuations the number of cells in this mean
 */
public record ProbedRun(
    String recipe,
    long seed,
    double value,
    double loss,
    double distance,
    double forgetting,
    int continuations) {}
