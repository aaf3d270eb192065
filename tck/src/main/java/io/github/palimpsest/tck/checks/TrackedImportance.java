package io.github.palimpsest.tck.checks;

import io.github.palimpsest.api.data.Example;
import io.github.palimpsest.api.data.TaskData;
import io.github.palimpsest.api.model.FinishedTask;
import io.github.palimpsest.api.parameter.WeightSnapshot;
import io.github.palimpsest.api.regularizer.BoundRegularizer;
import io.github.palimpsest.api.regularizer.Regularizer;
import io.github.palimpsest.api.regularizer.RegularizerSite;
import io.github.palimpsest.engine.Seats;
import io.github.palimpsest.engine.StepListener;
import io.github.palimpsest.engine.TaskLoop;
import io.github.palimpsest.engine.Training;
import io.github.palimpsest.engine.device.Device;
import io.github.palimpsest.tck.Finding;
import io.github.palimpsest.tck.rig.ForwardingRegularizer;
import io.github.palimpsest.tck.rig.ForwardingTask;
import io.github.palimpsest.tck.rig.MiniLlama;
import io.github.palimpsest.tck.rig.PlainSteps;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Importance that a regularizer gathers along the steps of a task. While the weights do not change,
 * an epoch gives the same sum over examples for every division into batches, so the memory must be
 * the same too, unless it squares the mean of a batch. Likewise one task that contains two must
 * give the sum or the mean of their penalties, unless it squares the mean of a task.
 */
final class TrackedImportance {
  private static final int BATCH = 2;
  private static final int EXAMPLES = 8;
  private static final double NEAR = 0.02;

  private final RegularizerTrial trial;

  TrackedImportance(RegularizerTrial trial) {
    this.trial = trial;
  }

  void doesNotDependOnTheBatches() {
    List<Example> examples = MiniLlama.examples(0, EXAMPLES);
    List<Example> others = new ArrayList<>(examples);
    Collections.rotate(others.subList(1, EXAMPLES), 3);
    double one = penaltyAfter(examples);
    double two = penaltyAfter(others);
    Expect.that(
        near(one, two),
        () ->
            new Finding(
                "a task of "
                    + EXAMPLES
                    + " examples whose weights stand still, in two divisions into batches of "
                    + BATCH,
                "one memory: equal penalties to 2 %, the first being " + one,
                "" + two,
                "a square of the gradient that a step hands on, which is a mean over its batch"));
  }

  void ofTwoTasksIsThatOfBoth() {
    List<Example> left = MiniLlama.examples(0, EXAMPLES);
    List<Example> right = MiniLlama.examples(1, EXAMPLES);
    List<Example> both = new ArrayList<>(left);
    both.addAll(right);
    double sum = penaltyAfter(left) + penaltyAfter(right);
    double together = penaltyAfter(both);
    Expect.that(
        near(together, sum / 2) || near(together, sum),
        () ->
            new Finding(
                "weights that stand still; two tasks of " + EXAMPLES + " examples, and both as one",
                "the mean of their penalties, " + sum / 2 + ", or the sum",
                "" + together,
                "a square of the mean gradient of a task, not the mean of squares"));
  }

  private boolean near(double a, double b) {
    return Math.abs(a - b) <= NEAR * trial.subject().tolerance() * Math.abs(b);
  }

  /** The penalty at some other point, after a task of these examples. */
  private double penaltyAfter(List<Example> examples) {
    Regularizer regularizer = trial.subject().create();
    Remembering remembering = new Remembering(regularizer);
    MiniLlama model = trial.model();
    Seats plain = Seats.of(PlainSteps.of(0));
    Seats adapted = trial.adapter().map(plain::with).orElse(plain);
    TaskLoop loop =
        new TaskLoop(
            model,
            model.start().snapshot(model.parameters()),
            adapted.with("0-subject", remembering),
            Training.epochs(2, BATCH),
            7,
            List.of(
                TaskData.of(0, "task-0", examples),
                TaskData.of(1, "task-1", MiniLlama.examples(1, BATCH))),
            Device.CPU,
            null);
    loop.train(StepListener.NONE);
    loop.train(StepListener.NONE);
    return trial.penalty(regularizer, remembering.memories);
  }

  /** Records the memories. */
  private static final class Remembering implements Regularizer {
    private final Regularizer regularizer;
    private final SortedMap<String, WeightSnapshot> memories = new TreeMap<>();

    Remembering(Regularizer regularizer) {
      this.regularizer = regularizer;
    }

    @Override
    public BoundRegularizer bind(RegularizerSite site) {
      BoundRegularizer bound = regularizer.bind(site);
      return new ForwardingRegularizer() {
        @Override
        public BoundRegularizer regularizer() {
          return bound;
        }

        @Override
        public void afterTask(FinishedTask task) {
          bound.afterTask(new Noted(task, memories));
        }
      };
    }
  }

  /** A finished task whose memories are noted. */
  private record Noted(FinishedTask task, SortedMap<String, WeightSnapshot> memories)
      implements ForwardingTask {
    @Override
    public void remember(String name, WeightSnapshot value) {
      task.remember(name, value);
      memories.put(name, task.recall(name).orElseThrow());
    }
  }
}
