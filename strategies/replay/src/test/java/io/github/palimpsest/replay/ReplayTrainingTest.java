package io.github.palimpsest.replay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.github.palimpsest.api.data.Example;
import io.github.palimpsest.api.data.TaskData;
import io.github.palimpsest.api.optimizer.Optimizer;
import io.github.palimpsest.api.optimizer.Updates;
import io.github.palimpsest.api.parameter.WeightSnapshot;
import io.github.palimpsest.api.rehearsal.Rehearsal;
import io.github.palimpsest.engine.Seats;
import io.github.palimpsest.engine.StepListener;
import io.github.palimpsest.engine.TaskLoop;
import io.github.palimpsest.engine.Training;
import io.github.palimpsest.engine.device.Device;
import io.github.palimpsest.testing.ClassifierModel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whole training runs of a small classifier. */
@Tag("native")
class ReplayTrainingTest {
  private static final ClassifierModel MODEL = new ClassifierModel(4, 6, 3);
  private static final WeightSnapshot PRETRAINED = MODEL.initialWeights(new Random(1));
  private static final int TASKS = 3;
  private static final Optimizer SGD =
      c ->
          new Updates(
              c.oracle().gradient(c.params()).tensors().scale(c.tf(), c.tf().constant(-0.3f)));

  private static TaskData task(int index) {
    return MODEL.randomTask(index, 1);
  }

  private static TaskLoop loop(Seats strategy, @Nullable Path folder) {
    List<TaskData> tasks = IntStream.range(0, TASKS).mapToObj(ReplayTrainingTest::task).toList();
    return new TaskLoop(
        MODEL, PRETRAINED, strategy, Training.epochs(2, 5), 7, tasks, Device.CPU, folder);
  }

  /** The first kernel after each of the tasks still to train. */
  private static List<float[]> run(TaskLoop loop) {
    List<float[]> ends = new ArrayList<>();
    while (loop.trainedTasks() < TASKS) {
      loop.train(StepListener.NONE);
      ends.add(loop.weights().copy("fc1.weight"));
    }
    return ends;
  }

  private static Seats replaying(double ratio, String policy) {
    return Seats.of(SGD).with(ReplayTest.replay(ratio, 9, policy));
  }

  @ParameterizedTest
  @ValueSource(strings = {"reservoir", "ring"})
  void ratio_zero_is_bit_identical_to_absent(String policy) {
    List<float[]> absent = run(loop(Seats.of(SGD), null));
    List<float[]> off = run(loop(replaying(0, policy), null));
    for (int t = 0; t < TASKS; t++) {
      assertThat(off.get(t)).as("after task %d", t).containsExactly(absent.get(t));
    }
  }

  @Test
  void the_first_task_is_bit_identical_to_absent_and_later_ones_are_not() {
    List<float[]> absent = run(loop(Seats.of(SGD), null));
    List<float[]> rehearsed = run(loop(replaying(0.5, "reservoir"), null));
    for (int t = 0; t < TASKS; t++) {
      assertThat(Arrays.equals(absent.get(t), rehearsed.get(t)))
          .as("equal after task %d", t)
          .isEqualTo(t == 0);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"reservoir", "ring"})
  void a_run_goes_on_from_its_checkpoint_with_the_same_bits(String policy, @TempDir Path folder) {
    List<float[]> whole = run(loop(replaying(0.5, policy), null));
    for (int stop = 1; stop < TASKS; stop++) {
      Path own = folder.resolve("stop-" + stop);
      TaskLoop first = loop(replaying(0.5, policy), own);
      for (int t = 0; t < stop; t++) {
        first.train(StepListener.NONE);
      }
      List<float[]> resumed = run(loop(replaying(0.5, policy), own));
      assertThat(resumed.get(TASKS - stop - 1)).containsExactly(whole.get(TASKS - 1));
    }
  }

  /** The loss of the first step at the pretrained weights, and how it moves the first kernel. */
  private record FirstStep(double loss, float[] moved) {
    static FirstStep of(Seats seats, List<Example> examples, int accumulation) {
      TaskLoop loop =
          new TaskLoop(
              MODEL,
              PRETRAINED,
              seats,
              new Training(1, 0, examples.size(), accumulation, 0),
              7,
              List.of(TaskData.of(0, "t", examples)),
              Device.CPU,
              null);
      double[] first = new double[1];
      loop.train((task, step, total, loss) -> first[0] = loss);
      float[] moved = loop.weights().copy("fc1.weight");
      float[] from = PRETRAINED.copy("fc1.weight");
      for (int i = 0; i < moved.length; i++) {
        moved[i] -= from[i];
      }
      return new FirstStep(first[0], moved);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 3})
  void flow_weighs_losses_and_divides_them_by_the_number_of_tokens_as_in_the_paper(int parts) {
    List<Example> examples = MODEL.randomTask(0, 2).examples().subList(0, 3); // 1, 2 and 1 tokens
    int[] tokens = {1, 2, 1};
    List<FirstStep> alone =
        examples.stream().map(e -> FirstStep.of(Seats.of(SGD), List.of(e), 1)).toList();
    double tau = alone.stream().mapToDouble(FirstStep::loss).sorted().toArray()[1];
    double[] expected = new double[alone.get(0).moved().length];
    double loss = 0;
    for (int i = 0; i < 3; i++) {
      double share = Math.exp(-alone.get(i).loss() / tau) * tokens[i] / (1 + 2 + 1);
      loss += share * alone.get(i).loss();
      for (int j = 0; j < expected.length; j++) {
        expected[j] += share * alone.get(i).moved()[j];
      }
    }
    Rehearsal nothing = ReplayTest.replay(0, 1, "reservoir");
    Seats flow = Seats.of(SGD).with(new Prepared(nothing, new Flow(1)));
    FirstStep weighted = FirstStep.of(flow, examples, parts);
    assertThat(weighted.loss()).isCloseTo(loss, within(1e-6));
    for (int j = 0; j < expected.length; j++) {
      assertThat((double) weighted.moved()[j])
          .as("weight %d", j)
          .isCloseTo(expected[j], within(1e-6));
    }
    // a batch of one example: its loss is the median, so its weight is 1/e
    float[] one = FirstStep.of(flow, examples.subList(0, 1), 1).moved();
    for (int j = 0; j < one.length; j++) {
      assertThat((double) one[j]).isCloseTo(alone.get(0).moved()[j] / Math.E, within(1e-6));
    }
  }
}
