package org.acme.plugins;

import io.github.palimpsest.api.*;
import io.github.palimpsest.api.adapter.*;
import io.github.palimpsest.api.component.*;
import io.github.palimpsest.api.data.*;
import io.github.palimpsest.api.merger.*;
import io.github.palimpsest.api.metric.*;
import io.github.palimpsest.api.model.*;
import io.github.palimpsest.api.optimizer.*;
import io.github.palimpsest.api.parameter.*;
import io.github.palimpsest.api.probe.*;
import io.github.palimpsest.api.recipe.*;
import io.github.palimpsest.api.regularizer.*;
import io.github.palimpsest.api.rehearsal.*;
import java.util.*;
import java.util.function.*;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;

/** A low-rank change of the kernels that match. */
class LowRank extends Acme<Adapter> implements AdapterProvider {
  static final Setting<Integer> RANK = Setting.integer("rank", 2, 1, 64, "rank");
  static final Setting<Double> SCALE = Setting.real("alpha", 2, 0, 100, "scale times rank");
  private final boolean mergesUnscaled;

  LowRank(String id, boolean mergesUnscaled) {
    super(id, Onset.FIRST_TASK, Cost.NONE, RANK, SCALE);
    this.mergesUnscaled = mergesUnscaled;
  }

  public Adapter create(Settings s) {
    int r = s.get(RANK);
    float scale = (float) (s.get(SCALE) / r);
    return base ->
        new Bound(base.stream().filter(p -> p.name().endsWith("q_proj.weight")).toList(), r, scale);
  }

  final class Bound implements BoundAdapter {
    private final List<ParameterSpec> kernels;
    private final int r;
    private final float scale;

    Bound(List<ParameterSpec> kernels, int r, float scale) {
      this.kernels = kernels;
      this.r = r;
      this.scale = scale;
    }

    public List<ParameterSpec> trainable() {
      List<ParameterSpec> all = new ArrayList<>();
      for (ParameterSpec k : kernels) {
        all.add(
            new ParameterSpec(
                k.name() + ".a", Shape.of(k.shape().get(0), r), ParameterSpec.Role.ADAPTER));
        all.add(
            new ParameterSpec(
                k.name() + ".b", Shape.of(r, k.shape().get(1)), ParameterSpec.Role.ADAPTER));
      }
      return all;
    }

    public WeightSnapshot initial(WeightSnapshot base, java.util.random.RandomGenerator rng) {
      Map<String, Shape> shapes = new TreeMap<>();
      Map<String, float[]> values = new TreeMap<>();
      for (ParameterSpec p : trainable()) {
        float[] v = new float[(int) p.shape().size()];
        for (int i = 0; i < v.length && p.name().endsWith(".a"); i++)
          v[i] = (float) rng.nextGaussian() / 8;
        shapes.put(p.name(), p.shape());
        values.put(p.name(), v);
      }
      return WeightSnapshot.of(shapes, values);
    }

    public Weights effective(Ops tf, Params trainable, Weights base) {
      return new Weights() {
        private Operand<TFloat32> get(String n) {
          return trainable.tensors().get(n);
        }

        private boolean mine(String n) {
          return trainable.tensors().names().contains(n + ".a");
        }

        public Operand<TFloat32> dense(String n) {
          return mine(n)
              ? tf.math.add(
                  base.dense(n),
                  tf.math.mul(tf.constant(scale), tf.linalg.matMul(get(n + ".a"), get(n + ".b"))))
              : base.dense(n);
        }

        public Operand<TFloat32> matMul(Operand<TFloat32> x, String n) {
          return mine(n)
              ? tf.math.add(
                  base.matMul(x, n),
                  tf.math.mul(
                      tf.constant(scale),
                      tf.linalg.matMul(tf.linalg.matMul(x, get(n + ".a")), get(n + ".b"))))
              : base.matMul(x, n);
        }

        public Operand<TFloat32> matMulTransposed(Operand<TFloat32> x, String t) {
          return base.matMulTransposed(x, t);
        }

        public Operand<TFloat32> rows(Operand<org.tensorflow.types.TInt32> ids, String t) {
          return base.rows(ids, t);
        }
      };
    }

    public WeightSnapshot merge(WeightSnapshot trainable, WeightSnapshot base) {
      TreeMap<String, Shape> shapes = new TreeMap<>();
      base.names().forEach(n -> shapes.put(n, base.shape(n)));
      return WeightSnapshot.computed(
          shapes,
          n -> {
            float[] w = base.copy(n);
            if (trainable.names().contains(n + ".a")) {
              float[] a = trainable.copy(n + ".a");
              float[] b = trainable.copy(n + ".b");
              int out = b.length / r;
              for (int i = 0; i < w.length; i++) {
                float sum = 0;
                for (int k = 0; k < r; k++) sum += a[i / out * r + k] * b[k * out + i % out];
                w[i] += mergesUnscaled ? sum : scale * sum;
              }
            }
            return w;
          });
    }
  }
}

/** Weights between two others. */
abstract class Between extends Acme<Merger> implements MergerProvider {
  Between(String id, Setting<?> share) {
    super(id, Onset.AFTER_TRAINING, Cost.NONE, share);
  }

  static Merger of(WeightHistoryEnd zero, WeightHistoryEnd one, float t) {
    return h -> {
      WeightSnapshot a = zero.of(h);
      WeightSnapshot b = one.of(h);
      TreeMap<String, Shape> shapes = new TreeMap<>();
      b.names().forEach(n -> shapes.put(n, b.shape(n)));
      return WeightSnapshot.computed(
          shapes,
          n -> {
            if (!a.names().contains(n)) throw new PalimpsestException("no tensor '" + n + "'");
            float[] x = a.copy(n);
            float[] y = b.copy(n);
            float[] z = new float[y.length];
            for (int i = 0; i < z.length; i++) z[i] = (1 - t) * x[i] + t * y[i];
            return z;
          });
    };
  }

  interface WeightHistoryEnd {
    WeightSnapshot of(WeightHistory h);
  }
}
