package io.github.palimpsest.tck.asserting;

import io.github.palimpsest.api.data.Example;
import io.github.palimpsest.api.data.TaskData;
import io.github.palimpsest.api.model.FinishedModel;
import io.github.palimpsest.api.rehearsal.Rehearsal;
import io.github.palimpsest.api.rehearsal.RehearsalChoice;
import io.github.palimpsest.api.rehearsal.RehearsalObjective;
import io.github.palimpsest.tck.rule.RunnerRule;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.random.RandomGenerator;

/**
 * Checks that {@code afterTask} comes once for each task in order, after the task's epochs and
 * before the next one's (RUN-02).
 */
public final class AssertingRehearsal implements Rehearsal {
  private final Rehearsal rehearsal;
  private final History history;
  private int finished;
  private boolean trained;

  /**
   * @param rehearsal does the work
   * @param history where calls are noted
   */
  public AssertingRehearsal(Rehearsal rehearsal, History history) {
    this.rehearsal = rehearsal;
    this.history = history;
  }

  @Override
  public Iterator<List<Example>> epoch(TaskData current, int batchSize, RandomGenerator rng) {
    history.add("epoch of task " + current.index());
    history.require(
        current.index() == finished,
        RunnerRule.RUN_02,
        "an epoch of task " + current.index() + " with " + finished + " tasks finished");
    trained = true;
    return rehearsal.epoch(current, batchSize, rng);
  }

  @Override
  public void afterTask(TaskData task, RandomGenerator rng) {
    finished(task);
    rehearsal.afterTask(task, rng);
  }

  @Override
  public void afterTask(TaskData task, FinishedModel model, RandomGenerator rng) {
    finished(task);
    rehearsal.afterTask(task, model, rng);
  }

  private void finished(TaskData task) {
    history.add("afterTask " + task.index());
    history.require(
        trained && task.index() == finished,
        RunnerRule.RUN_02,
        "afterTask of task " + task.index() + " where that of task " + finished + " is due");
    trained = false;
    finished++;
  }

  @Override
  public TaskData prepared(TaskData task, FinishedModel pretrained) {
    return rehearsal.prepared(task, pretrained);
  }

  @Override
  public Optional<String> lossFactor() {
    return rehearsal.lossFactor();
  }

  @Override
  public OptionalLong rehearsed(int task, long examples) {
    return rehearsal.rehearsed(task, examples);
  }

  @Override
  public long extraBatches(int task, int examples, int batchSize) {
    return rehearsal.extraBatches(task, examples, batchSize);
  }

  @Override
  public Optional<RehearsalObjective> objective() {
    return rehearsal.objective();
  }

  @Override
  public Optional<RehearsalChoice> choice() {
    return rehearsal.choice();
  }

  @Override
  public byte[] state() {
    return rehearsal.state();
  }

  @Override
  public void restore(byte[] state) {
    history.add("restore");
    rehearsal.restore(state);
  }
}
