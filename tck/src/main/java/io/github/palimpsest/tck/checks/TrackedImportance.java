package io.github.palimpsest.tck.checks;

import io.github.palimpsest.api.Adapter;
import io.github.palimpsest.api.Example;
import io.github.palimpsest.api.Optimizer;
import io.github.palimpsest.api.Regularizer;
import io.github.palimpsest.api.StepContext;
import io.github.palimpsest.api.TaskData;
import io.github.palimpsest.api.Updates;
import io.github.palimpsest.engine.Device;
import io.github.palimpsest.engine.StepListener;
import io.github.palimpsest.engine.Strategy;
import io.github.palimpsest.engine.TaskLoop;
import io.github.palimpsest.engine.Training;
import io.github.palimpsest.tck.Finding;
import io.github.palimpsest.tck.Subject;
import io.github.palimpsest.tck.rig.MiniLlama;
import io.github.palimpsest.tck.rig.Named;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;

/**
 * Importance that a regularizer gathers along the steps of a task. While the weights stand still,
 * an epoch is the same sum over examples in whatever batches they come, so what is remembered of it
 * must be the same too, unless it squares the mean of a batch.
 */
final class TrackedImportance {
  private static final int BATCH = 2;
  private static final int EXAMPLES = 8;
  private static final double RATE = 0.05;

  private final RegularizerTrial trial;

  TrackedImportance(RegularizerTrial trial) {
    this.trial = trial;
  }

  void doesNotDependOnTheBatches() {
    Subject<Regularizer> subject = trial.subject();
    List<Example> examples = MiniLlama.examples(0, EXAMPLES);
    List<Example> others = new ArrayList<>(examples);
    Collections.rotate(others.subList(1, EXAMPLES), 3);
    Named absent = trained(Optional.empty(), examples);
    Named one = trained(Optional.of(subject.create()), examples);
    Named two = trained(Optional.of(subject.create()), others);
    double effect = one.minus(absent).norm();
    double difference = one.minus(two).norm();
    double noise = 1e-6 * absent.norm();
    Expect.that(
        difference <= 0.02 * subject.tolerance() * effect + noise,
        () ->
            new Finding(
                "a task of "
                    + EXAMPLES
                    + " examples whose weights stand still, in two divisions into batches of "
                    + BATCH,
                "one memory: the next task's weights within 2 % of the penalty's effect, " + effect,
                "weights " + difference + " apart",
                "a square of the gradient that a step hands on, which is a mean over its batch"));
  }

  private Named trained(Optional<Regularizer> regularizer, List<Example> first) {
    MiniLlama model = trial.model();
    Strategy plain = Strategy.of(new SecondTaskOnly());
    Optional<Adapter> adapter = trial.adapter();
    Strategy adapted = adapter.map(plain::with).orElse(plain);
    TaskLoop loop =
        new TaskLoop(
            model,
            model.start().snapshot(model.parameters()),
            regularizer.map(r -> adapted.with("0-subject", r)).orElse(adapted),
            Training.epochs(2, BATCH),
            7,
            List.of(
                new TaskData(0, "task-0", first),
                new TaskData(1, "task-1", MiniLlama.examples(1, EXAMPLES))),
            Device.CPU,
            null);
    loop.train(StepListener.NONE);
    loop.train(StepListener.NONE);
    return Named.of(loop.weights());
  }

  /** Stands still in the first task and descends in the second. */
  private static final class SecondTaskOnly implements Optimizer {
    @Override
    public int phases() {
      return 2;
    }

    @Override
    public int phaseOf(int task, long step, long totalSteps) {
      return task == 0 ? 0 : 1;
    }

    @Override
    public Updates updates(StepContext c) {
      return PlainSteps.of(c.phase() == 0 ? 0 : RATE).updates(c);
    }
  }
}
