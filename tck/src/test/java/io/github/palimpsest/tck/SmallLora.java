package io.github.palimpsest.tck;

import io.github.palimpsest.api.adapter.Adapter;
import io.github.palimpsest.api.adapter.BoundAdapter;
import io.github.palimpsest.api.parameter.ParameterSpec;
import io.github.palimpsest.api.parameter.ParameterSpec.Role;
import io.github.palimpsest.api.parameter.Params;
import io.github.palimpsest.api.parameter.Shape;
import io.github.palimpsest.api.parameter.WeightSnapshot;
import io.github.palimpsest.api.parameter.Weights;
import io.github.palimpsest.tck.subject.AlteredWeights;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.random.RandomGenerator;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;

/**
 * {@code W + scale A B} on one kernel, with nothing wrong.
 *
 * @param scale alpha/r
 * @param a the name of A
 */
record SmallLora(float scale, String a) implements Adapter {
  static final String KERNEL = "model.layers.0.self_attn.q_proj.weight";
  static final String A = KERNEL + ".a";
  static final String B = KERNEL + ".b";
  private static final int RANK = 2;

  SmallLora(double scale) {
    this((float) scale, A);
  }

  @Override
  public BoundAdapter bind(List<ParameterSpec> base) {
    return base.stream()
        .filter(p -> p.name().equals(KERNEL))
        .map(kernel -> new Bound(scale, a, base, kernel.shape().get(0), kernel.shape().get(1)))
        .findFirst()
        .orElseThrow();
  }

  private record Bound(float scale, String a, List<ParameterSpec> parameters, long in, long out)
      implements BoundAdapter {
    @Override
    public List<ParameterSpec> trainable() {
      return List.of(
          new ParameterSpec(a, Shape.of(in, RANK), Role.ADAPTER),
          new ParameterSpec(B, Shape.of(RANK, out), Role.ADAPTER));
    }

    @Override
    public WeightSnapshot initial(WeightSnapshot base, RandomGenerator rng) {
      float[] left = new float[Math.toIntExact(in * RANK)];
      for (int i = 0; i < left.length; i++) {
        left[i] = (float) rng.nextGaussian();
      }
      return WeightSnapshot.of(
          Map.of(a, Shape.of(in, RANK), B, Shape.of(RANK, out)),
          Map.of(a, left, B, new float[Math.toIntExact(RANK * out)]));
    }

    @Override
    public Weights effective(Ops tf, Params trainable, Weights base) {
      Operand<TFloat32> left = trainable.tensors().get(a);
      Operand<TFloat32> right = trainable.tensors().get(B);
      return new AlteredWeights(base) {
        @Override
        public Operand<TFloat32> dense(String name) {
          Operand<TFloat32> w = base.dense(name);
          return name.equals(KERNEL)
              ? tf.math.add(w, tf.math.mul(tf.constant(scale), tf.linalg.matMul(left, right)))
              : w;
        }

        @Override
        public Operand<TFloat32> matMul(Operand<TFloat32> x, String kernel) {
          Operand<TFloat32> y = base.matMul(x, kernel);
          return kernel.equals(KERNEL)
              ? tf.math.add(
                  y,
                  tf.math.mul(
                      tf.constant(scale), tf.linalg.matMul(tf.linalg.matMul(x, left), right)))
              : y;
        }

        @Override
        public Operand<TFloat32> columnSquares(Ops at, String kernel) {
          return at.sum(at.math.square(dense(kernel)), at.constant(0));
        }
      };
    }

    @Override
    public boolean isAdditive() {
      return true;
    }

    @Override
    public WeightSnapshot merge(WeightSnapshot trainable, WeightSnapshot base) {
      TreeMap<String, Shape> shapes = new TreeMap<>();
      Map<String, float[]> values = new HashMap<>();
      for (ParameterSpec p : parameters) {
        shapes.put(p.name(), p.shape());
        values.put(p.name(), base.copy(p.name()));
      }
      float[] w = values.get(KERNEL);
      float[] left = trainable.copy(a);
      float[] right = trainable.copy(B);
      for (int i = 0; i < in; i++) {
        for (int j = 0; j < out; j++) {
          float sum = 0;
          for (int k = 0; k < RANK; k++) {
            sum += left[i * RANK + k] * right[(int) (k * out + j)];
          }
          w[(int) (i * out + j)] += scale * sum;
        }
      }
      return WeightSnapshot.of(shapes, values);
    }
  }
}
