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
   * The steps of a task, from its first to its last.
   *
   * @param steps their number; fewer than planned if the listener ended the task
   * @param choosing the gradient passes with which a rehearsal chose their examples
   */
  record Taken(long steps, long choosing) {}

  /**
   * Trains a task from where its last checkpoint left it.
   *
   * @param model the model's weights for values of the trainable parameters
   * @return the steps that were taken
   * @throws TrainingStoppedException if the listener requests it
   */
  Taken train(
      StepGraph graph,
      StepCheckpoints within,
      KeptStates kept,
      TaskData task,
      UnaryOperator<WeightSnapshot> model,
      StepListener listener) {
    long total = totalSteps(task);
    long done = within.resume(graph);
    kept.begin(done);
    Look look =
        at -> {
          if (listener.looks(at, total)) {
            listener.weights(task.index(), at, model.apply(graph.trainable()));
            if (listener.keeps()) {
              within.close(); // a kept state replaces others, which no checkpoint may need
              kept.keep(graph, at);
            }
          }
        };
    if (done == 0) {
      look.after(0);
    }
    long step = 0;
    long choosing = 0;
    for (int epoch = 0; epoch < training.epochs() && step < total; epoch++) {
      Iterator<List<Example>> batches = epoch(task, epoch);
      while (batches.hasNext() && step < total) {
        List<Example> batch = batches.next();
        choosing += graph.choosingPasses(batch);
        if (step >= done) {
          List<Example> examples = graph.chosen(batch, step);
          double loss = graph.step(examples, step, total);
          listener.onStep(
              new StepReport(task.index(), step + 1, total, loss, graph.gradientNorm(), examples));
          look.after(step + 1);
          if (listener.ends()) {
            return new Taken(step + 1, choosing);
          }
          int every = training.checkpointEvery();
          boolean stops = step + 1 < total && listener.stops();
          if (stops || (every > 0 && (step + 1) % every == 0 && step + 1 < total)) {
            kept.checkpoint();
            within.save(graph, step + 1);
          }
          if (stops) {
            throw new TrainingStoppedException(task.name(), step + 1);
          }
        }
        step++;
      }
    }
    return new Taken(step, choosing);
  }

  /** Shows the weights after a number of steps to the listener, if it looks there. */
  private interface Look {
    void after(long steps);
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

  /** The gradient passes of the steps that were taken in a task, rounded. */
  long passes(StepGraph graph, TaskData task, Taken taken) {
    long total = totalSteps(task);
    double passes = taken.choosing();
    for (long step = 0; step < taken.steps(); step++) {
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
