package io.github.palimpsest.optimizers;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.palimpsest.api.data.Example;
import io.github.palimpsest.api.data.TaskData;
import io.github.palimpsest.api.parameter.Shape;
import io.github.palimpsest.api.parameter.WeightSnapshot;
import io.github.palimpsest.engine.Seats;
import io.github.palimpsest.engine.StepListener;
import io.github.palimpsest.engine.TaskLoop;
import io.github.palimpsest.engine.Training;
import io.github.palimpsest.engine.device.Device;
import io.github.palimpsest.testing.QuadraticModel;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("native")
final class HalfFineTuningTest {
  @Test
  void half_of_the_matrices_stay_for_a_whole_task_and_the_next_task_draws_anew() {
    Map<String, Shape> shapes = new TreeMap<>();
    Map<String, float[]> a = new TreeMap<>();
    Map<String, float[]> c = new TreeMap<>();
    for (int i = 0; i < 7; i++) {
      shapes.put(i + ".weight", Shape.of(1, 1));
      a.put(i + ".weight", new float[] {1});
      c.put(i + ".weight", new float[] {0});
    }
    Map<String, float[]> start = new TreeMap<>();
    shapes.keySet().forEach(n -> start.put(n, new float[] {1}));
    List<Example> examples = new ArrayList<>();
    for (int i = 0; i < 5; i++) {
      examples.add(QuadraticModel.example("e" + i));
    }
    List<TaskData> tasks = new ArrayList<>();
    for (int task = 0; task < 6; task++) {
      tasks.add(TaskData.of(task, "task " + task, examples));
    }
    TaskLoop loop =
        new TaskLoop(
            new QuadraticModel(shapes, a, c),
            WeightSnapshot.of(shapes, start),
            Seats.of(Recipes.REGISTRY.recipe("half-fine-tuning(base=sgd(lr=0.5))")),
            Training.epochs(1, 1),
            11,
            tasks,
            Device.CPU,
            null);
    Set<Set<String>> choices = new HashSet<>();
    WeightSnapshot before = loop.weights();
    for (TaskData task : tasks) {
      loop.train(StepListener.NONE);
      WeightSnapshot after = loop.weights();
      Set<String> moved = new HashSet<>();
      for (String name : shapes.keySet()) {
        float way = after.copy(name)[0] / before.copy(name)[0];
        if (way != 1) {
          moved.add(name);
          assertThat(way).as("five halvings of " + name).isEqualTo(1 / 32f);
        }
      }
      assertThat(moved).as("matrices moved by " + task.name() + ": 7 - floor(7 / 2)").hasSize(4);
      choices.add(moved);
      before = after;
    }
    assertThat(choices).as("choices of six tasks, 35 being possible").hasSizeGreaterThan(2);
  }
}
