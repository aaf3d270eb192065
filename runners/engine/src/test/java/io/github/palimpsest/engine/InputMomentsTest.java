package io.github.palimpsest.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.github.palimpsest.api.adapter.BoundAdapter;
import io.github.palimpsest.api.data.TaskData;
import io.github.palimpsest.api.model.FinishedTask;
import io.github.palimpsest.api.parameter.KernelInputs;
import io.github.palimpsest.api.parameter.ParameterSpec;
import io.github.palimpsest.api.parameter.Params;
import io.github.palimpsest.api.parameter.Shape;
import io.github.palimpsest.api.parameter.Tensors;
import io.github.palimpsest.api.parameter.WeightSnapshot;
import io.github.palimpsest.api.parameter.Weights;
import io.github.palimpsest.api.random.Streams;
import io.github.palimpsest.api.regularizer.Regularizer;
import io.github.palimpsest.engine.device.Device;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.tensorflow.op.Ops;

/** What follows from a model's kernels outside its steps. */
@Tag("native")
class InputMomentsTest {
  /** With an adapter the kernel that is asked about is the model's, which is not trained. */
  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void a_finished_task_has_the_second_moments_of_the_inputs_of_kernels(boolean adapted) {
    List<float[]> found = new ArrayList<>();
    Regularizer asks =
        site ->
            new NoPenalty(site) {
              @Override
              public void afterTask(FinishedTask task) {
                found.add(task.inputMoments(Set.of(LinearModel.W), 3).copy(LinearModel.W));
              }
            };
    Seats seats = Seats.of(TaskLoops.SGD).with("0", asks);
    TaskData three =
        TaskData.of(
            0,
            "one",
            List.of(
                LinearModel.example("a", 1, 1, 0, 2),
                LinearModel.example("b", 5, 2, 1, 1),
                LinearModel.example("c", 1, 3, -1, 1)));
    TaskLoop loop =
        new TaskLoop(
            new LinearModel(),
            LinearModel.weights(1, -2),
            adapted ? seats.with(new TaskLoops.Delta(false)) : seats,
            Training.epochs(1, 3),
            1,
            List.of(three, TaskData.of(1, "two", three.examples())),
            Device.CPU,
            null);
    loop.train(StepListener.NONE);
    loop.train(StepListener.NONE);
    // x = (1, 0), (2, 1), (3, -1), whatever their weights in the loss
    assertThat(found.get(0))
        .containsExactly(
            new float[] {(1 + 4 + 9) / 3f, (2 - 3) / 3f, (2 - 3) / 3f, (1 + 1) / 3f},
            within(1e-6f));
  }

  /** Derives one number from its generator. */
  private record Draws() implements BoundAdapter {
    static final String DRAWN = "drawn";

    @Override
    public List<ParameterSpec> trainable() {
      return List.of();
    }

    @Override
    public List<ParameterSpec> derived() {
      return List.of(new ParameterSpec(DRAWN, Shape.of(1), ParameterSpec.Role.ADAPTER));
    }

    @Override
    public Tensors derive(Ops tf, Weights base, KernelInputs inputs, RandomGenerator rng) {
      return Tensors.of(Map.of(DRAWN, tf.constant(new float[] {(float) rng.nextGaussian()})));
    }

    @Override
    public WeightSnapshot initial(WeightSnapshot base, RandomGenerator rng) {
      return WeightSnapshot.empty();
    }

    @Override
    public Weights effective(Ops tf, Params trainable, Weights base) {
      return base;
    }

    @Override
    public WeightSnapshot merge(WeightSnapshot trainable, WeightSnapshot base) {
      return base;
    }
  }

  @Test
  void an_adapter_derives_from_a_stream_of_seed_and_task() {
    WeightSnapshot base =
        AdaptedBase.of(
            new LinearModel(),
            LinearModel.weights(1, -2),
            new Draws(),
            List.of(),
            AdaptedBase.rng(3, 1));
    assertThat(base.copy(Draws.DRAWN))
        .containsExactly((float) Streams.stream(3, "adapter-derive", 1, 0).nextGaussian());
    assertThat(base.copy(LinearModel.W)).containsExactly(1, -2);
  }
}
