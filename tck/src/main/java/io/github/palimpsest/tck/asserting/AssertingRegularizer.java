package io.github.palimpsest.tck.asserting;

import io.github.palimpsest.api.model.FinishedTask;
import io.github.palimpsest.api.regularizer.BoundRegularizer;
import io.github.palimpsest.api.regularizer.Regularizer;
import io.github.palimpsest.api.regularizer.RegularizerSite;
import io.github.palimpsest.tck.rig.ForwardingRegularizer;
import io.github.palimpsest.tck.rule.RunnerRule;

/**
 * Checks that a regularizer is bound before each task in order (RUN-01) and that {@code afterTask}
 * comes once for each task, in order (RUN-02).
 */
public final class AssertingRegularizer implements Regularizer {
  private final Regularizer regularizer;
  private final History history;
  private int finished;
  private boolean bound;

  /**
   * @param regularizer does the work
   * @param history where calls are noted
   */
  public AssertingRegularizer(Regularizer regularizer, History history) {
    this.regularizer = regularizer;
    this.history = history;
  }

  @Override
  public BoundRegularizer bind(RegularizerSite site) {
    history.add("bind, " + site.finishedTasks() + " tasks finished");
    history.require(
        site.finishedTasks() == finished,
        RunnerRule.RUN_01,
        "bound as if "
            + site.finishedTasks()
            + " tasks were finished, and afterTask was called for "
            + finished);
    bound = true;
    return new Bound(regularizer.bind(site));
  }

  private final class Bound implements ForwardingRegularizer {
    private final BoundRegularizer inner;

    Bound(BoundRegularizer inner) {
      this.inner = inner;
    }

    @Override
    public BoundRegularizer regularizer() {
      return inner;
    }

    @Override
    public void afterTask(FinishedTask task) {
      history.add("afterTask " + task.index());
      history.require(
          bound && task.index() == finished,
          RunnerRule.RUN_02,
          "afterTask of task " + task.index() + " where that of task " + finished + " is due");
      bound = false;
      inner.afterTask(task);
      finished++;
    }
  }
}
