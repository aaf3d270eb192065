package io.github.palimpsest.replay;

import io.github.palimpsest.api.data.Example;
import io.github.palimpsest.api.data.TaskData;
import io.github.palimpsest.api.model.FinishedModel;
import io.github.palimpsest.api.rehearsal.Rehearsal;
import io.github.palimpsest.api.rehearsal.RehearsalChoice;
import io.github.palimpsest.api.rehearsal.RehearsalObjective;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.random.RandomGenerator;

/** A rehearsal around another: what it does not do itself, its base does. */
interface ForwardingRehearsal extends Rehearsal {
  /** The rehearsal inside. */
  Rehearsal base();

  @Override
  default TaskData prepared(TaskData task, FinishedModel pretrained) {
    return base().prepared(task, pretrained);
  }

  @Override
  default Optional<String> lossFactor() {
    return base().lossFactor();
  }

  @Override
  default Iterator<List<Example>> epoch(TaskData current, int batchSize, RandomGenerator rng) {
    return base().epoch(current, batchSize, rng);
  }

  @Override
  default void afterTask(TaskData task, RandomGenerator rng) {
    base().afterTask(task, rng);
  }

  @Override
  default void afterTask(TaskData task, FinishedModel model, RandomGenerator rng) {
    base().afterTask(task, model, rng);
  }

  @Override
  default long extraBatches(int task, int examples, int batchSize) {
    return base().extraBatches(task, examples, batchSize);
  }

  @Override
  default OptionalLong rehearsed(int task, long examples) {
    return base().rehearsed(task, examples);
  }

  @Override
  default Optional<RehearsalObjective> objective() {
    return base().objective();
  }

  @Override
  default Optional<RehearsalChoice> choice() {
    return base().choice();
  }

  @Override
  default byte[] state() {
    return base().state();
  }

  @Override
  default void restore(byte[] state) {
    base().restore(state);
  }
}
