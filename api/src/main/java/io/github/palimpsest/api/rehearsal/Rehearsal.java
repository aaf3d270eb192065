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
 * Mixes examples of finished tasks into the batches of the current one. No graph here. What it
 * keeps is a function of the generators handed to it (DAT-03), holds only examples of finished
 * tasks (DAT-02), and is part of every checkpoint.
 */
@Stable(since = "0.1")
public interface Rehearsal {
  /**
   * The batches of one epoch. Each example of the current task appears exactly once (DAT-01);
   * {@link TaskData#shuffledBatches} with the same generator, called first, keeps the order that
   * plain training has.
   *
   * @param current the task being trained
   * @param batchSize examples of the current task in a batch
   * @param rng where random choices come from; drawn again for each epoch
   */
  Iterator<List<Example>> epoch(TaskData current, int batchSize, RandomGenerator rng);

  /**
   * Called once for each task that another one follows, before that one begins (RUN-02): the only
   * moment at which examples may be kept.
   *
   * @param task the finished task
   * @param rng where random choices come from
   */
  void afterTask(TaskData task, RandomGenerator rng);

  /**
   * What a runner calls in place of {@link #afterTask(TaskData, RandomGenerator)}: a rehearsal that
   * keeps what the model makes of its examples overrides this.
   *
   * @param task the finished task
   * @param model the model as it is then
   * @param rng where random choices come from
   */
  default void afterTask(TaskData task, FinishedModel model, RandomGenerator rng) {
    afterTask(task, rng);
  }

  /**
   * What is trained on as a task: its examples, weighed or ordered anew. Called before the task's
   * first epoch, in every process that trains it; depends on its arguments alone.
   *
   * @param task the task as it is
   * @param pretrained the model before any training
   * @return a task of the same examples by id; {@link #epoch} gets it
   */
  default TaskData prepared(TaskData task, FinishedModel pretrained) {
    return task;
  }

  /**
   * How many batches an epoch has beyond those of plain training.
   *
   * @param task the task's place in the sequence, from 0; as many are finished
   * @param examples how many the task has
   * @param batchSize examples of the current task in a batch
   */
  default long extraBatches(int task, int examples, int batchSize) {
    return 0;
  }

  /**
   * How many rehearsed examples come with the first current ones of an epoch. A runner warns where
   * that is none, such as a ratio of 0.01 of 50 examples.
   *
   * @param task the task's place in the sequence
   * @param examples how many current ones
   * @return empty if that is not known beforehand, or none are meant to come
   */
  default OptionalLong rehearsed(int task, long examples) {
    return OptionalLong.empty();
  }

  /** What the rehearsed examples are for; empty if they are part of the data loss (CON-03). */
  default Optional<RehearsalObjective> objective() {
    return Optional.empty();
  }

  /** Everything that {@link #epoch} depends on beside its arguments. */
  byte[] state();

  /**
   * Takes over what {@link #state} gave, in this or another process.
   *
   * @throws PalimpsestException if the bytes are not such a state
   */
  void restore(byte[] state);
}
