package io.github.palimpsest.engine;

import io.github.palimpsest.api.data.Example;
import io.github.palimpsest.api.data.TaskData;
import io.github.palimpsest.api.parameter.WeightSnapshot;
import io.github.palimpsest.api.random.Streams;
import java.util.Iterator;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.random.RandomGenerator;

/**
 * The steps of one task after another: which examples come in each, and when a checkpoint is
 * written.
 *
 * @param seats the components
 * @param training how each task is trained
 * @param seed of all random streams
 */
record TaskSteps(Seats seats, Training training, long seed) {

  /**
   * Trains a task from where its last checkpoint left it.
   *
   * @param model the model's weights for values of the trainable parameters
   * @throws TrainingStoppedException if the listener requests it
   */
  void train(
      StepGraph graph,
      StepCheckpoints within,
      TaskData task,
      UnaryOperator<WeightSnapshot> model,
      StepListener listener) {
    long total = totalSteps(task);
    long done = within.resume(graph);
    if (done == 0 && listener.looks(0, total)) {
      listener.weights(task.index(), 0, model.apply(graph.trainable()));
    }
    long step = 0;
    for (int epoch = 0; epoch < training.epochs() && step < total; epoch++) {
      Iterator<List<Example>> batches = epoch(task, epoch);
      while (batches.hasNext() && step < total) {
        List<Example> examples = batches.next();
        if (step >= done) {
          double loss = graph.step(examples, step, total);
          listener.onStep(task.index(), step + 1, total, loss);
          if (listener.looks(step + 1, total)) {
            listener.weights(task.index(), step + 1, model.apply(graph.trainable()));
          }
          int every = training.checkpointEvery();
          boolean stops = step + 1 < total && listener.stops();
          if (stops || (every > 0 && (step + 1) % every == 0 && step + 1 < total)) {
            within.save(graph, step + 1);
          }
          if (stops) {
            throw new TrainingStoppedException(task.name(), step + 1);
          }
        }
        step++;
      }
    }
  }

  private long totalSteps(TaskData task) {
    int size = task.examples().size();
    return training.steps(
        size,
        seats
            .rehearsal()
            .map(r -> r.extraBatches(task.index(), size, training.batchSize()))
            .orElse(0L));
  }

  /** The gradient passes of a whole task, rounded. */
  long passes(StepGraph graph, TaskData task) {
    long total = totalSteps(task);
    double passes = 0;
    for (long step = 0; step < total; step++) {
      passes += graph.passes(seats.optimizer().phaseOf(task.index(), step, total));
    }
    return Math.round(passes);
  }

  private Iterator<List<Example>> epoch(TaskData task, int epoch) {
    RandomGenerator rng = Streams.stream(seed, "epoch", task.index(), epoch);
    return seats
        .rehearsal()
        .map(r -> r.epoch(task, training.batchSize(), rng))
        .orElseGet(() -> task.shuffledBatches(training.batchSize(), rng).iterator());
  }
}
