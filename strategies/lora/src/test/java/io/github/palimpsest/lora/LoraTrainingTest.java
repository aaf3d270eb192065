package io.github.palimpsest.lora;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.github.palimpsest.api.adapter.Adapter;
import io.github.palimpsest.api.adapter.AdapterProvider;
import io.github.palimpsest.api.data.Example;
import io.github.palimpsest.api.data.TaskData;
import io.github.palimpsest.api.optimizer.Optimizer;
import io.github.palimpsest.api.optimizer.Updates;
import io.github.palimpsest.api.parameter.WeightSnapshot;
import io.github.palimpsest.api.recipe.Value;
import io.github.palimpsest.engine.Seats;
import io.github.palimpsest.engine.StepGraph;
import io.github.palimpsest.engine.StepListener;
import io.github.palimpsest.engine.TaskLoop;
import io.github.palimpsest.engine.Training;
import io.github.palimpsest.engine.device.Device;
import io.github.palimpsest.testing.ClassifierModel;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Whole training runs of a small classifier with adapters on its first kernel. */
@Tag("native")
class LoraTrainingTest {
  static final ClassifierModel MODEL = new ClassifierModel(4, 6, 3);
  private static final WeightSnapshot PRETRAINED = MODEL.initialWeights(new Random(1));
  static final Optimizer SGD =
      c ->
          new Updates(
              c.oracle().gradient(c.params()).tensors().scale(c.tf(), c.tf().constant(-0.3f)));

  static List<AdapterProvider> providers() {
    return List.of(Lora.PROVIDER, Dora.PROVIDER);
  }

  private static Adapter onFirstKernel(AdapterProvider provider, boolean merging) {
    return Bench.adapter(
        provider,
        Map.of(
            "rank", new Value.Num(1),
            "target", new Value.Text("fc1.weight"),
            "merge-after-task", new Value.Flag(merging)));
  }

  static TaskData task(int index) {
    return MODEL.randomTask(index, 1);
  }

  static TaskLoop loop(Seats strategy, int tasks) {
    return new TaskLoop(
        MODEL,
        PRETRAINED,
        strategy,
        Training.epochs(3, 4),
        7,
        IntStream.range(0, tasks).mapToObj(LoraTrainingTest::task).toList(),
        Device.CPU,
        null);
  }

  private static TaskLoop run(Seats strategy, @Nullable Path folder) {
    TaskLoop loop =
        new TaskLoop(
            MODEL,
            PRETRAINED,
            strategy,
            Training.epochs(3, 4),
            7,
            List.of(task(0), task(1)),
            Device.CPU,
            folder);
    while (loop.trainedTasks() < 2) {
      loop.train(StepListener.NONE);
    }
    return loop;
  }

  @ParameterizedTest
  @MethodSource("providers")
  void training_leaves_every_other_parameter_at_its_bits(AdapterProvider provider) {
    WeightSnapshot end = run(Seats.of(SGD).with(onFirstKernel(provider, false)), null).weights();
    for (String frozen : List.of("fc1.bias", "fc2.weight", "fc2.bias")) {
      assertThat(end.copy(frozen)).as(frozen).containsExactly(PRETRAINED.copy(frozen));
    }
    assertThat(end.copy("fc1.weight")).isNotEqualTo(PRETRAINED.copy("fc1.weight"));
  }

  @ParameterizedTest
  @MethodSource("providers")
  void after_the_second_step_every_trained_parameter_has_moved(AdapterProvider provider) {
    Adapter adapter = onFirstKernel(provider, false);
    try (StepGraph graph =
        StepGraph.firstTask(
            MODEL,
            PRETRAINED,
            Seats.of(SGD).with(adapter),
            Training.epochs(1, 12),
            7,
            Device.CPU)) {
      WeightSnapshot start = graph.trainable();
      graph.step(task(0).examples(), 0, 2);
      graph.step(task(0).examples(), 1, 2);
      WeightSnapshot end = graph.trainable();
      for (String name : start.names()) {
        assertThat(end.copy(name)).as(name).isNotEqualTo(start.copy(name));
      }
    }
  }

  @ParameterizedTest
  @MethodSource("providers")
  void a_merged_adapter_has_the_loss_of_the_unmerged_one(AdapterProvider provider) {
    Adapter adapter = onFirstKernel(provider, false);
    Seats adapted = Seats.of(SGD).with(adapter);
    Training training = Training.epochs(1, 12);
    List<Example> batch = task(0).examples();
    try (StepGraph graph =
        StepGraph.firstTask(MODEL, PRETRAINED, adapted, training, 7, Device.CPU)) {
      for (int step = 0; step < 5; step++) {
        graph.step(batch, step, 6);
      }
      WeightSnapshot merged = adapter.bind(MODEL.parameters()).merge(graph.trainable(), PRETRAINED);
      double unmerged = graph.step(batch, 5, 6);
      try (StepGraph plain =
          StepGraph.firstTask(MODEL, merged, Seats.of(SGD), training, 7, Device.CPU)) {
        assertThat(plain.step(batch, 0, 1)).isCloseTo(unmerged, within(1e-5));
      }
    }
  }

  @Test
  void the_change_of_a_kernel_has_the_rank_of_the_adapter_and_merging_adds_one_a_task() {
    assertThat(rank(run(Seats.of(SGD).with(onFirstKernel(Lora.PROVIDER, false)), null)))
        .as("one adapter for both tasks")
        .isEqualTo(1);
    assertThat(rank(run(Seats.of(SGD).with(onFirstKernel(Lora.PROVIDER, true)), null)))
        .as("a fresh adapter for each task")
        .isEqualTo(2);
  }

  @ParameterizedTest
  @MethodSource("providers")
  void a_run_goes_on_from_its_checkpoint_with_the_same_bits(
      AdapterProvider provider, @TempDir Path folder) {
    for (boolean merging : new boolean[] {false, true}) {
      Seats strategy = Seats.of(SGD).with(onFirstKernel(provider, merging));
      Path own = folder.resolve("merging-" + merging);
      TaskLoop first =
          new TaskLoop(
              MODEL,
              PRETRAINED,
              strategy,
              Training.epochs(3, 4),
              7,
              List.of(task(0), task(1)),
              Device.CPU,
              own);
      first.train(StepListener.NONE);
      assertThat(run(strategy, own).weights().copy("fc1.weight"))
          .as("merging %s", merging)
          .containsExactly(run(strategy, null).weights().copy("fc1.weight"));
    }
  }

  /** Rank of the change of {@code fc1.weight}, by elimination with the largest entry as pivot. */
  private static int rank(TaskLoop loop) {
    float[] end = loop.weights().copy("fc1.weight");
    float[] start = PRETRAINED.copy("fc1.weight");
    double[][] m = new double[4][6];
    for (int i = 0; i < end.length; i++) {
      m[i / 6][i % 6] = (double) end[i] - start[i];
    }
    for (int rank = 0; ; rank++) {
      int row = 0;
      int column = 0;
      for (int i = 0; i < 24; i++) {
        if (Math.abs(m[i / 6][i % 6]) > Math.abs(m[row][column])) {
          row = i / 6;
          column = i % 6;
        }
      }
      if (Math.abs(m[row][column]) < 1e-5) {
        return rank;
      }
      double[] pivot = m[row].clone();
      for (int i = 0; i < 4; i++) {
        double factor = m[i][column] / pivot[column];
        for (int j = 0; j < 6; j++) {
          m[i][j] -= factor * pivot[j];
        }
      }
    }
  }
}
