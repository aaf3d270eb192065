package io.github.palimpsest.ewc;

import io.github.palimpsest.api.data.TaskData;
import io.github.palimpsest.api.optimizer.Optimizer;
import io.github.palimpsest.api.optimizer.Updates;
import io.github.palimpsest.api.parameter.Tensors;
import io.github.palimpsest.api.parameter.WeightSnapshot;
import io.github.palimpsest.engine.Seats;
import io.github.palimpsest.engine.StepListener;
import io.github.palimpsest.engine.TaskLoop;
import io.github.palimpsest.engine.Training;
import io.github.palimpsest.engine.device.Device;
import io.github.palimpsest.testing.ClassifierModel;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** A small classifier, three tasks of it, and an optimizer with state. */
final class Classifier {
  static final ClassifierModel MODEL = new ClassifierModel(4, 6, 3);
  static final WeightSnapshot PRETRAINED = MODEL.initialWeights(new Random(1));
  static final int TASKS = 3;

  private Classifier() {}

  static Optimizer momentum(float lr) {
    return c -> {
      Tensors g = c.oracle().gradient(c.params()).tensors();
      Tensors m =
          c.slots().old("momentum", g, 0).scale(c.tf(), c.tf().constant(0.5f)).plus(c.tf(), g);
      c.slots().next("momentum", m);
      return new Updates(m.scale(c.tf(), c.tf().constant(-lr)));
    };
  }

  static Optimizer descent(float lr) {
    return c ->
        new Updates(c.oracle().gradient(c.params()).tensors().scale(c.tf(), c.tf().constant(-lr)));
  }

  static TaskData task(int index) {
    return MODEL.randomTask(index, 1);
  }

  /** Two epochs of three steps a task, with a checkpoint after every second step. */
  static TaskLoop loop(Seats strategy, @Nullable Path folder) {
    List<TaskData> tasks = IntStream.range(0, TASKS).mapToObj(Classifier::task).toList();
    return new TaskLoop(
        MODEL, PRETRAINED, strategy, new Training(2, 0, 5, 1, 2), 7, tasks, Device.CPU, folder);
  }

  static TreeMap<String, float[]> run(TaskLoop loop) {
    return run(loop, StepListener.NONE);
  }

  /** Trains the tasks that are left. */
  static TreeMap<String, float[]> run(TaskLoop loop, StepListener listener) {
    while (loop.trainedTasks() < TASKS) {
      loop.train(listener);
    }
    TreeMap<String, float[]> end = new TreeMap<>();
    loop.weights().names().forEach(n -> end.put(n, loop.weights().copy(n)));
    return end;
  }
}
