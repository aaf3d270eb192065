package io.github.palimpsest.tck.asserting;

import io.github.palimpsest.api.BoundRegularizer;
import io.github.palimpsest.api.FinishedTask;
import io.github.palimpsest.api.LossPoint;
import io.github.palimpsest.api.Regularizer;
import io.github.palimpsest.api.RegularizerSite;
import io.github.palimpsest.api.StepContext;
import io.github.palimpsest.api.Tensors;
import io.github.palimpsest.api.Updates;
import io.github.palimpsest.tck.RunnerRule;
import java.util.Optional;
import org.tensorflow.Operand;
import org.tensorflow.types.TFloat32;

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

  private final class Bound implements BoundRegularizer {
    private final BoundRegularizer inner;

    Bound(BoundRegularizer inner) {
      this.inner = inner;
    }

    @Override
    public Operand<TFloat32> penalty(LossPoint point) {
      return inner.penalty(point);
    }

    @Override
    public Optional<Tensors> gradient(LossPoint point) {
      return inner.gradient(point);
    }

    @Override
    public void track(StepContext c, Updates updates) {
      inner.track(c, updates);
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
