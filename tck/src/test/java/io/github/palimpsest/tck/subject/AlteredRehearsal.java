package io.github.palimpsest.tck.subject;

import io.github.palimpsest.api.data.Example;
import io.github.palimpsest.api.data.TaskData;
import io.github.palimpsest.api.model.FinishedModel;
import io.github.palimpsest.api.rehearsal.Rehearsal;
import io.github.palimpsest.api.rehearsal.RehearsalChoice;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.random.RandomGenerator;

/** A rehearsal that delegates to another one, except for overridden methods. */
public class AlteredRehearsal implements Rehearsal {
  private final Rehearsal good;

  public AlteredRehearsal(Rehearsal good) {
    this.good = good;
  }

  @Override
  public Iterator<List<Example>> epoch(TaskData current, int batchSize, RandomGenerator rng) {
    return good.epoch(current, batchSize, rng);
  }

  @Override
  public void afterTask(TaskData task, RandomGenerator rng) {
    good.afterTask(task, rng);
  }

  @Override
  public TaskData prepared(TaskData task, FinishedModel pretrained) {
    return good.prepared(task, pretrained);
  }

  @Override
  public long extraBatches(int task, int examples, int batchSize) {
    return good.extraBatches(task, examples, batchSize);
  }

  @Override
  public Optional<RehearsalChoice> choice() {
    return good.choice();
  }

  @Override
  public byte[] state() {
    return good.state();
  }

  @Override
  public void restore(byte[] state) {
    good.restore(state);
  }
}
