package io.github.palimpsest.testing;

import io.github.palimpsest.api.data.Example;
import io.github.palimpsest.api.data.HostArray;
import io.github.palimpsest.api.model.BatchTensors;
import io.github.palimpsest.api.model.Forward;
import io.github.palimpsest.api.model.InputSpec;
import io.github.palimpsest.api.model.Model;
import io.github.palimpsest.api.parameter.ParameterSpec;
import io.github.palimpsest.api.parameter.ParameterSpec.Role;
import io.github.palimpsest.api.parameter.Shape;
import io.github.palimpsest.api.parameter.WeightSnapshot;
import io.github.palimpsest.api.parameter.Weights;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;

/**
 * {@code tokens (w x - y)^2} with one weight and examples of different size.
 *
 * @param x what the weight is multiplied with, by example
 * @param y what that is to be
 * @param tokens how much the example weighs
 */
public record RowModel(float[] x, float[] y, float[] tokens) implements Model {
  /** All examples, in order. */
  public List<Example> examples() {
    return IntStream.range(0, x.length)
        .mapToObj(
            i -> {
              TreeMap<String, HostArray> fields = new TreeMap<>();
              fields.put("x", new HostArray.Floats(new float[] {x[i]}));
              fields.put("y", new HostArray.Floats(new float[] {y[i]}));
              fields.put("tokens", new HostArray.Floats(new float[] {tokens[i]}));
              return new Example("row/" + i, 1, fields);
            })
        .toList();
  }

  @Override
  public List<ParameterSpec> parameters() {
    return List.of(new ParameterSpec("w", Shape.of(1), Role.KERNEL));
  }

  @Override
  public List<InputSpec> inputs() {
    return List.of("x", "y", "tokens").stream()
        .map(n -> new InputSpec(n, InputSpec.Type.FLOAT32, Shape.of(-1)))
        .toList();
  }

  @Override
  public Forward forward(Ops tf, Weights at, BatchTensors batch) {
    Operand<TFloat32> off =
        tf.math.sub(tf.math.mul(batch.floats("x"), at.dense("w")), batch.floats("y"));
    Operand<TFloat32> loss = tf.math.mul(batch.floats("tokens"), tf.math.square(off));
    return Forward.of(loss, batch.floats("tokens"), tf.expandDims(off, tf.constant(1)));
  }

  @Override
  public SortedMap<String, HostArray> batch(List<Example> examples) {
    TreeMap<String, HostArray> batch = new TreeMap<>();
    for (String field : List.of("x", "y", "tokens")) {
      float[] column = new float[examples.size()];
      for (int i = 0; i < column.length; i++) {
        column[i] = ((HostArray.Floats) examples.get(i).fields().get(field)).values().get(0);
      }
      batch.put(field, new HostArray.Floats(column, column.length));
    }
    return batch;
  }

  @Override
  public WeightSnapshot initialWeights(RandomGenerator rng) {
    return WeightSnapshot.of(Map.of("w", Shape.of(1)), Map.of("w", new float[1]));
  }
}
