package io.github.palimpsest.engine.batch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.github.palimpsest.api.PalimpsestException;
import io.github.palimpsest.api.data.Example;
import io.github.palimpsest.api.data.HostArray;
import io.github.palimpsest.api.model.BatchTensors;
import io.github.palimpsest.api.model.Classes;
import io.github.palimpsest.api.model.Forward;
import io.github.palimpsest.api.model.InputSpec;
import io.github.palimpsest.api.model.Model;
import io.github.palimpsest.api.parameter.ParameterSpec;
import io.github.palimpsest.api.parameter.Shape;
import io.github.palimpsest.api.parameter.StepNoise;
import io.github.palimpsest.api.parameter.Tensors;
import io.github.palimpsest.api.parameter.WeightSnapshot;
import io.github.palimpsest.api.parameter.Weights;
import io.github.palimpsest.engine.Training;
import io.github.palimpsest.engine.device.Device;
import io.github.palimpsest.engine.weights.Compute;
import io.github.palimpsest.engine.weights.DenseWeights;
import io.github.palimpsest.engine.weights.HostTensors;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.tensorflow.Graph;
import org.tensorflow.Operand;
import org.tensorflow.Result;
import org.tensorflow.Session;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt32;

@Tag("native")
class TowersTest {
  /**
   * Two classes of known tasks: the logits are {@code (x, -x)}, the loss {@code x^2}, and each pass
   * asks for noise.
   */
  private static final class Known implements Model {
    private StepNoise noise = (name, like) -> like;

    @Override
    public List<ParameterSpec> parameters() {
      return List.of();
    }

    @Override
    public List<InputSpec> inputs() {
      return List.of(new InputSpec("x", InputSpec.Type.FLOAT32, Shape.of(-1, 1)));
    }

    @Override
    public Forward forward(Ops tf, Weights at, BatchTensors batch) {
      Operand<TFloat32> x = noise.uniform("dropout", batch.floats("x"));
      Operand<TFloat32> perExample = tf.reshape(x, tf.constant(new int[] {-1}));
      Operand<TFloat32> logits = tf.concat(List.of(x, tf.math.neg(x)), tf.constant(1));
      Operand<TFloat32> possible =
          tf.concat(List.of(tf.onesLike(x), tf.zerosLike(x)), tf.constant(1));
      return Forward.of(tf.math.square(perExample), tf.onesLike(perExample), logits)
          .predicting(tf.dtypes.cast(perExample, TInt32.class))
          .classifying(Classes.ofKnownTasks(List.of(List.of(0), List.of(1)), possible));
    }

    @Override
    public SortedMap<String, HostArray> batch(List<Example> examples) {
      throw new UnsupportedOperationException();
    }

    @Override
    public WeightSnapshot initialWeights(RandomGenerator rng) {
      return WeightSnapshot.empty();
    }
  }

  private static BatchTensors fed(Operand<TFloat32> x) {
    return new BatchTensors() {
      @Override
      public Operand<TInt32> ints(String name) {
        throw new AssertionError(name);
      }

      @Override
      public Operand<TFloat32> floats(String name) {
        return x;
      }
    };
  }

  private static Weights none(Ops tf) {
    return new DenseWeights(tf, Tensors.of(Map.of()), Compute.FLOAT32);
  }

  @Test
  void the_values_of_each_example_are_in_the_order_of_the_batch() {
    try (Graph graph = new Graph()) {
      Ops tf = Ops.create(graph);
      Forward all =
          new Towers(new Known(), 2)
              .forward(tf, none(tf), fed(tf.constant(new float[][] {{1}, {2}, {3}})));
      Classes classes = all.classes().orElseThrow();
      assertThat(classes.heads(2)).containsExactly(List.of(0), List.of(1));
      List<Operand<TFloat32>> asked =
          List.of(
              all.lossPerExample(),
              all.weightPerPrediction(),
              all.logits(),
              tf.dtypes.cast(all.labels().orElseThrow(), TFloat32.class),
              classes.possible().orElseThrow(),
              all.predictions(tf));
      List<float[]> found = new ArrayList<>();
      try (Session session = new Session(graph)) {
        Session.Runner runner = session.runner();
        asked.forEach(runner::fetch);
        try (Result r = runner.run()) {
          r.forEach(t -> found.add(HostTensors.floats(t.getValue())));
        }
      }
      assertThat(found.get(0)).as("losses").containsExactly(1, 4, 9);
      assertThat(found.get(1)).as("weights").containsExactly(1, 1, 1);
      assertThat(found.get(2)).as("logits").containsExactly(1, -1, 2, -2, 3, -3);
      assertThat(found.get(3)).as("labels").containsExactly(1, 2, 3);
      assertThat(found.get(4)).as("possible").containsExactly(1, 0, 1, 0, 1, 0);
      assertThat(found.get(5))
          .as("predictions, 1e9 lower where a class is impossible")
          .containsExactly(new float[] {1, -1e9f, 2, -1e9f, 3, -1e9f}, within(100f));
    }
  }

  @Test
  void each_tower_has_noise_of_its_own_and_the_same_in_each_pass_of_a_step() {
    try (Graph graph = new Graph()) {
      Ops tf = Ops.create(graph);
      List<String> names = new ArrayList<>();
      Known model = new Known();
      Towers towers = new Towers(model, 3);
      model.noise =
          towers.ofEachTower(
              (name, like) -> {
                names.add(name);
                return like;
              });
      for (int pass = 0; pass < 2; pass++) {
        towers.forward(tf, none(tf), fed(tf.constant(new float[][] {{1}, {2}, {3}})));
      }
      assertThat(names)
          .containsExactly(
              "dropout",
              "dropout/tower 1",
              "dropout/tower 2",
              "dropout",
              "dropout/tower 1",
              "dropout/tower 2");
    }
  }

  @Test
  void towers_without_an_example_are_refused() {
    assertThat(new Training(1, 0, 5, 2, 0).inTowers(3).towers()).isEqualTo(3);
    assertThatThrownBy(() -> new Training(1, 0, 5, 2, 0).inTowers(4))
        .isInstanceOf(PalimpsestException.class)
        .hasMessage(
            "towers=4 must be at most the 3 examples of a micro-batch: a tower needs an example");
    assertThatThrownBy(() -> Training.epochs(1, 5).inTowers(0))
        .hasMessage("towers=0 must be at least 1");
  }

  @Test
  void towers_need_a_single_device() {
    assertThat(Device.CPU.forTowers(1)).isEqualTo(Device.CPU);
    assertThat(Device.CPU.forTowers(2).threads()).isEqualTo(1);
    assertThatThrownBy(() -> Device.parse("cpu:0-1").forTowers(2))
        .isInstanceOf(PalimpsestException.class)
        .hasMessageStartingWith("towers=2 needs a single device, and 'cpu:0-1' names 2");
  }
}
