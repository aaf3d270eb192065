package io.github.palimpsest.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.github.palimpsest.api.PalimpsestException;
import io.github.palimpsest.api.data.TaskData;
import io.github.palimpsest.api.merger.MergeSite;
import io.github.palimpsest.api.model.FinishedTask.Labels;
import io.github.palimpsest.api.optimizer.Optimizer;
import io.github.palimpsest.api.optimizer.Updates;
import io.github.palimpsest.api.parameter.WeightSnapshot;
import io.github.palimpsest.engine.device.Device;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What a merger may ask of the engine. */
@Tag("native")
class MergeSiteTest {
  private static final Optimizer SGD =
      c ->
          new Updates(
              c.oracle().gradient(c.params()).tensors().scale(c.tf(), c.tf().constant(-0.1f)));

  private static final TaskData ONE =
      TaskData.of(
          0,
          "one",
          List.of(LinearModel.example("a", 1, 1, 0, 2), LinearModel.example("b", 3, 2, 1, 1)));

  private static MergeSite site() {
    return site(List.of(ONE));
  }

  /** The site after the last of some tasks. */
  private static MergeSite site(List<TaskData> tasks) {
    List<MergeSite> seen = new ArrayList<>();
    TaskLoop loop =
        new TaskLoop(
            new LinearModel(),
            LinearModel.weights(1, -2),
            Seats.of(SGD)
                .with(
                    new Seats.Merge(
                        h -> {
                          seen.add(h.site());
                          return h.afterTask();
                        },
                        true)),
            Training.epochs(1, 1),
            1,
            tasks,
            Device.CPU,
            null);
    tasks.forEach(t -> loop.train(StepListener.NONE));
    loop.weights();
    return seen.get(seen.size() - 1);
  }

  @Test
  void the_fisher_is_taken_at_the_weights_asked_for_on_the_finished_tasks_examples() {
    WeightSnapshot at = LinearModel.weights(1, -2);
    // example a: n (x.w - y) x = 1 (1 - 2) (1, 0); example b: 3 (2 - 2 - 1) (2, 1)
    double[] a = {-1, 0};
    double[] b = {-6, -3};
    assertThat(site().meanSquaredGradient(at, 2, Labels.GIVEN).copy(LinearModel.W))
        .containsExactly(
            new float[] {
              (float) ((a[0] * a[0] + b[0] * b[0]) / 2), (float) ((a[1] * a[1] + b[1] * b[1]) / 2)
            },
            within(1e-4f));
  }

  @Test
  void the_fisher_of_an_earlier_task_is_the_one_that_could_have_been_kept() {
    WeightSnapshot at = LinearModel.weights(1, -2);
    TaskData two = TaskData.of(1, "two", List.of(LinearModel.example("c", 1, 0, 5, 1)));
    MergeSite after = site(List.of(ONE, two));
    assertThat(after.meanSquaredGradient(at, 0, 2, Labels.GIVEN).copy(LinearModel.W))
        .containsExactly(site().meanSquaredGradient(at, 2, Labels.GIVEN).copy(LinearModel.W));
    // example c: (0 - 10 - 1) (0, 5)
    assertThat(after.meanSquaredGradient(at, 2, Labels.GIVEN).copy(LinearModel.W))
        .as("of the task just finished")
        .containsExactly(new float[] {0, 55 * 55}, within(1e-2f));
    assertThatThrownBy(() -> after.meanSquaredGradient(at, 2, 2, Labels.GIVEN))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("no examples of task 2: tasks are finished from 0 to 1");
  }

  @Test
  void the_inputs_of_a_kernel_are_those_in_the_examples_of_the_task_asked_for() {
    MergeSite site = site();
    WeightSnapshot at = LinearModel.weights(1, -2);
    // x = (1, 0) and (2, 1): the mean of x' x
    assertThat(site.inputMoments(at, 0, Set.of(LinearModel.W), 2).copy(LinearModel.W))
        .containsExactly(new float[] {2.5f, 1, 1, 0.5f}, within(1e-6f));
    assertThatThrownBy(() -> site.inputMoments(at, 1, Set.of(LinearModel.W), 2))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("no examples of task 1: tasks are finished from 0 to 0");
    assertThatThrownBy(() -> site.inputMoments(at, 0, Set.of("v"), 2))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("no kernel 'v'");
    assertThatThrownBy(() -> site.inputMoments(at, 0, Set.of(LinearModel.IDLE), 2))
        .isInstanceOf(PalimpsestException.class)
        .hasMessage("the model multiplies nothing with kernel 'idle'");
    assertThatThrownBy(() -> site.inputMoments(at, 0, Set.of(LinearModel.W), 0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("maxExamples=0 must be at least 1");
  }

  @Test
  void a_stream_begins_anew_with_each_call_and_differs_by_name() {
    MergeSite site = site();
    double first = site.stream("m").nextDouble();
    assertThat(site.stream("m").nextDouble()).as("the same name").isEqualTo(first);
    assertThat(site.stream("n").nextDouble()).as("another name").isNotEqualTo(first);
    assertThat(site.parameters()).isEqualTo(new LinearModel().parameters());
  }
}
