package io.github.palimpsest.tck.subject;

import io.github.palimpsest.api.component.Component;
import io.github.palimpsest.api.component.Cost;
import io.github.palimpsest.api.component.Onset;
import io.github.palimpsest.api.component.ProviderBuilder;
import io.github.palimpsest.api.component.Settings;
import io.github.palimpsest.api.component.Traits;
import io.github.palimpsest.api.optimizer.Optimizer;
import io.github.palimpsest.api.optimizer.OptimizerByTask;
import io.github.palimpsest.api.optimizer.OptimizerProvider;
import io.github.palimpsest.api.optimizer.StepContext;
import io.github.palimpsest.api.optimizer.Updates;
import java.util.TreeMap;

/** One optimizer in the first task and another in each later one. */
public record ByTask(Optimizer first, Optimizer later) implements Optimizer {
  @Override
  public int phases() {
    return 2;
  }

  @Override
  public int phaseOf(int task, long step, long totalSteps) {
    return Math.min(task, 1);
  }

  @Override
  public Updates updates(StepContext c) {
    return c.phase() == 0 ? first.updates(c) : later.updates(c);
  }

  /**
   * A provider that names the optimizer of each task.
   *
   * @param passes the declared passes of the whole
   * @param ofFirst those of the optimizer of the first task
   * @param ofLater those of the optimizer of the later tasks
   */
  public OptimizerProvider named(double passes, double ofFirst, double ofLater) {
    OptimizerProvider inFirst = provider(ofFirst).creates(s -> first);
    OptimizerProvider inLater = provider(ofLater).creates(s -> later);
    return provider(passes)
        .with(OptimizerByTask.class, (whole, task) -> of(task == 0 ? inFirst : inLater))
        .creates(s -> this);
  }

  private static ProviderBuilder<Optimizer, OptimizerProvider> provider(double passes) {
    return OptimizerProvider.of("tck.by-task", "a stub", "none")
        .traits(Traits.of(Onset.FIRST_TASK, Cost.passes(passes), "nowhere"));
  }

  private static Component<Optimizer> of(OptimizerProvider provider) {
    return new Component<>(
        provider,
        Settings.of(
            provider,
            new TreeMap<>(),
            (kind, call) -> {
              throw new IllegalStateException("no setting names " + call);
            }));
  }
}
