package io.github.palimpsest.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.github.palimpsest.api.data.Example;
import io.github.palimpsest.api.data.HostArray;
import io.github.palimpsest.api.model.BatchTensors;
import io.github.palimpsest.api.model.Forward;
import io.github.palimpsest.api.model.InputSpec;
import io.github.palimpsest.api.model.Model;
import io.github.palimpsest.api.parameter.ParameterSpec;
import io.github.palimpsest.api.parameter.Shape;
import io.github.palimpsest.api.parameter.WeightSnapshot;
import io.github.palimpsest.api.parameter.Weights;
import io.github.palimpsest.engine.device.Device;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;

@Tag("native")
class RepresentationsTest {
  /** {@code z = (x u) w} on examples of several rows, with a value between the two products. */
  private record TwoProducts() implements Model {
    @Override
    public List<ParameterSpec> parameters() {
      return List.of(
          new ParameterSpec("u", Shape.of(2, 2), ParameterSpec.Role.KERNEL, 0),
          new ParameterSpec("w", Shape.of(2, 3), ParameterSpec.Role.KERNEL, 1));
    }

    @Override
    public List<InputSpec> inputs() {
      return List.of(new InputSpec("x", InputSpec.Type.FLOAT32, Shape.of(-1, 2)));
    }

    @Override
    public Forward forward(Ops tf, Weights at, BatchTensors batch) {
      Operand<TFloat32> between = at.boundary(at.matMul(batch.floats("x"), "u"));
      Operand<TFloat32> z = at.matMul(between, "w");
      Operand<TFloat32> ones = tf.onesLike(tf.sum(z, tf.constant(1)));
      return Forward.of(tf.sum(z, tf.constant(1)), ones, z);
    }

    @Override
    public SortedMap<String, HostArray> batch(List<Example> examples) {
      return new TreeMap<>(Map.of("x", examples.get(0).fields().get("x")));
    }

    @Override
    public WeightSnapshot initialWeights(RandomGenerator rng) {
      return weights(1);
    }
  }

  private static WeightSnapshot weights(float scale) {
    return WeightSnapshot.of(
        Map.of("u", Shape.of(2, 2), "w", Shape.of(2, 3)),
        Map.of("u", new float[] {scale, 0, 0, 2 * scale}, "w", new float[] {1, 0, 1, 0, 1, 1}));
  }

  private static Example example(String id, float... x) {
    return new Example(
        id, x.length / 2, new TreeMap<>(Map.of("x", new HostArray.Floats(x, x.length / 2, 2))));
  }

  @Test
  void a_row_is_the_mean_of_an_examples_rows_and_the_logits_come_last() {
    List<Example> examples = List.of(example("a", 1, 1, 3, 2), example("b", -1, 4));
    try (ModelProbeSite site =
        new ModelProbeSite(new TwoProducts(), weights(1), weights(1), examples, 1, Device.CPU)) {
      for (float scale : new float[] {1, 3}) {
        List<HostArray.Floats> found = site.representations(weights(scale));
        // the mean rows of x are (2, 1.5) and (-1, 4), u is scale * diag(1, 2)
        assertThat(found).hasSize(2);
        assertThat(found.get(0).shape()).containsExactly(2, 2);
        assertThat(found.get(0).toArray())
            .containsExactly(new float[] {2 * scale, 3 * scale, -scale, 8 * scale}, within(1e-6f));
        // (p, q) w = (p, q, p + q)
        assertThat(found.get(1).shape()).containsExactly(2, 3);
        assertThat(found.get(1).toArray())
            .containsExactly(
                new float[] {2 * scale, 3 * scale, 5 * scale, -scale, 8 * scale, 7 * scale},
                within(1e-6f));
      }
    }
  }
}
