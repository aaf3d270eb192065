package io.github.palimpsest.api.rehearsal;

import io.github.palimpsest.api.PalimpsestException;
import io.github.palimpsest.api.Stable;
import io.github.palimpsest.api.data.Example;
import io.github.palimpsest.api.data.TaskData;
import io.github.palimpsest.api.model.FinishedModel;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.random.RandomGenerator;

/**
 * Mixes examples of finished tasks into the batches of the current one. It uses no graph. Its
 * memory is a function of the given generators (DAT-03), contains only examples of finished tasks
 * (DAT-02), and is part of every checkpoint.
 */
@Stable(since = "0.1")
public interface Rehearsal {
  /**
   * The batches of one epoch, with all candidates of a {@link #choice}. Each example of the current
   * task appears exactly once (DAT-01). To keep the order of plain training, call {@link
   * TaskData#shuffledBatches} with the same generator first.
   *
   * @param current the task being trained
   * @param batchSize examples of the current task in a batch
   * @param rng the source of random choices; a new one for each epoch
   */
  Iterator<List<Example>> epoch(TaskData current, int batchSize, RandomGenerator rng);

  /**
   * Called once for each task except the last, before the next one begins (RUN-02). Only this
   * method may keep examples.
   *
   * @param task the finished task
   * @param rng the source of random choices
   */
  void afterTask(TaskData task, RandomGenerator rng);

  /**
   * The variant that a runner calls. A rehearsal that also keeps outputs of the model overrides it
   * in place of {@link #afterTask(TaskData, RandomGenerator)}.
   *
   * @param task the finished task
   * @param model the model at the end of the task
   * @param rng the source of random choices
   */
  default void afterTask(TaskData task, FinishedModel model, RandomGenerator rng) {
    afterTask(task, rng);
  }

  /**
   * Prepares a task for training: reweights or reorders its examples. Called before the task's
   * first epoch, in every process that trains it; the result depends only on the arguments.
   *
   * @param task the original task
   * @param pretrained the model before any training
   * @return a task with the same example ids; {@link #epoch} receives it
   */
  default TaskData prepared(TaskData task, FinishedModel pretrained) {
    return task;
  }

  /**
   * The field of prepared examples whose number, added to 1, is a factor of their loss in the steps
   * of training. Examples without it have the factor 1. The number of target tokens, which the data
   * loss is divided by, stays as it is, so a batch of small factors makes a small step; {@link
   * FinishedModel#reweighted} changes both.
   *
   * @return empty for a rehearsal that gives no factors; a function of the settings only
   */
  default Optional<String> lossFactor() {
    return Optional.empty();
  }

  /**
   * The number of batches of an epoch in addition to those of plain training.
   *
   * @param task the task's place in the sequence, from 0; also the number of finished tasks
   * @param examples the number of examples of the task
   * @param batchSize examples of the current task in a batch
   */
  default long extraBatches(int task, int examples, int batchSize) {
    return 0;
  }

  /**
   * The number of rehearsed examples for the first current examples of an epoch. A runner warns if
   * it is 0, for example with a ratio of 0.01 and 50 examples.
   *
   * @param task the task's place in the sequence
   * @param examples the number of current examples
   * @return empty if it is not known in advance, or if no rehearsal is intended
   */
  default OptionalLong rehearsed(int task, long examples) {
    return OptionalLong.empty();
  }

  /** The objective of the rehearsed examples; empty if they are part of the data loss (CON-03). */
  default Optional<RehearsalObjective> objective() {
    return Optional.empty();
  }

  /**
   * Chooses among the examples of finished tasks in each batch before it is trained; empty if all
   * of them are trained (DAT-10). Examples of the corpus are always trained. An {@link #objective}
   * applies to the chosen examples. {@link #rehearsed} counts chosen examples.
   *
   * @return whether it is empty depends on the settings only
   */
  default Optional<RehearsalChoice> choice() {
    return Optional.empty();
  }

  /** The complete state: together with its arguments it determines {@link #epoch}. */
  byte[] state();

  /**
   * Restores a result of {@link #state}, from this or another process.
   *
   * @throws PalimpsestException if the bytes are not a valid state
   */
  void restore(byte[] state);
}
