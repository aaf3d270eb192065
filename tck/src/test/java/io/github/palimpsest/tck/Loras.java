package io.github.palimpsest.tck;

import static io.github.palimpsest.tck.SmallLora.A;
import static io.github.palimpsest.tck.SmallLora.KERNEL;
import static io.github.palimpsest.tck.subject.AlteredAdapter.effective;
import static io.github.palimpsest.tck.subject.AlteredAdapter.initial;
import static io.github.palimpsest.tck.subject.AlteredAdapter.merged;

import io.github.palimpsest.api.PalimpsestException;
import io.github.palimpsest.api.adapter.Adapter;
import io.github.palimpsest.api.adapter.BoundAdapter;
import io.github.palimpsest.api.component.Cost;
import io.github.palimpsest.api.component.Kind;
import io.github.palimpsest.api.component.Promise;
import io.github.palimpsest.api.component.Setting;
import io.github.palimpsest.api.component.Settings;
import io.github.palimpsest.api.parameter.ParameterSpec;
import io.github.palimpsest.api.parameter.ParameterSpec.Role;
import io.github.palimpsest.api.parameter.Params;
import io.github.palimpsest.api.parameter.Shape;
import io.github.palimpsest.api.parameter.Tensors;
import io.github.palimpsest.api.parameter.WeightSnapshot;
import io.github.palimpsest.api.parameter.Weights;
import io.github.palimpsest.tck.subject.AlteredAdapter;
import io.github.palimpsest.tck.subject.AlteredWeights;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;

/** Adapters with a small low-rank one in them, most of them altered. */
final class Loras {
  private Loras() {}

  static final Setting<Double> GAIN = Setting.real("gain", 1, 0, 100, "the scale");
  static final Setting<Double> OTHER = Setting.real("other", 1, 0, 100, "unused");
  static final Set<Promise> USUAL = Promise.usual(Kind.ADAPTER);
  static final Set<Promise> NEARLY_AT_THE_BASE =
      Promise.usualWithout(Kind.ADAPTER, Promise.EXACT_START);
  static final String FREE = KERNEL + ".other";

  static Stub.OfAdapter lora(UnaryOperator<BoundAdapter> altered) {
    return lora(USUAL, altered);
  }

  static Stub.OfAdapter lora(Set<Promise> promised, UnaryOperator<BoundAdapter> altered) {
    return new Stub.OfAdapter(
        Cost.NONE, List.of(), promised, s -> base -> altered.apply(new SmallLora(2).bind(base)));
  }

  /** A scale that is 1 unless it is set, and has a name of its own. */
  static Stub.OfAdapter withGain(Function<Settings, Adapter> maker) {
    return new Stub.OfAdapter(Cost.NONE, List.of(GAIN, OTHER), USUAL, maker);
  }

  /** What merges the gain away. */
  static Adapter forgetsTheGain(Settings s) {
    return base ->
        mergesAs(new SmallLora(1).bind(base)).apply(new SmallLora(s.get(GAIN)).bind(base));
  }

  static UnaryOperator<BoundAdapter> mergesAs(BoundAdapter other) {
    return good ->
        new AlteredAdapter(good) {
          @Override
          public WeightSnapshot merge(WeightSnapshot trainable, WeightSnapshot base) {
            return other.merge(trainable, base);
          }
        };
  }

  /** Column lengths as with a scale of 1. */
  static Adapter columnsWithoutTheGain(Settings s) {
    return base ->
        new AlteredAdapter(new SmallLora(s.get(GAIN)).bind(base)) {
          @Override
          public Weights effective(Ops tf, Params trainable, Weights of) {
            Weights plain = new SmallLora(1).bind(base).effective(tf, trainable, of);
            return new AlteredWeights(super.effective(tf, trainable, of)) {
              @Override
              public Operand<TFloat32> columnSquares(Ops at, String kernel) {
                return plain.columnSquares(at, kernel);
              }
            };
          }
        };
  }

  /** Refuses settings with which nothing of its own is to be found. */
  static Adapter onlyIf(boolean binds, Adapter adapter) {
    return base -> {
      if (!binds) {
        throw new PalimpsestException("'other' goes with a gain of 1");
      }
      return adapter.bind(base);
    };
  }

  /** Some parameters more, which nothing uses. */
  static UnaryOperator<BoundAdapter> trains(ParameterSpec... more) {
    return good ->
        new AlteredAdapter(good) {
          @Override
          public List<ParameterSpec> trainable() {
            return Stream.concat(good.trainable().stream(), Arrays.stream(more)).toList();
          }

          @Override
          public WeightSnapshot initial(WeightSnapshot base, RandomGenerator rng) {
            WeightSnapshot own = good.initial(base, rng);
            Map<String, Shape> shapes = new TreeMap<>();
            Map<String, float[]> values = new HashMap<>();
            for (ParameterSpec p : trainable()) {
              shapes.put(p.name(), p.shape());
              values.put(
                  p.name(),
                  own.names().contains(p.name())
                      ? own.copy(p.name())
                      : new float[Math.toIntExact(p.shape().size())]);
            }
            return WeightSnapshot.of(shapes, values);
          }
        };
  }

  /** The column sums of the kernel, derived under some name. */
  static UnaryOperator<BoundAdapter> derives(String name) {
    return good ->
        new AlteredAdapter(good) {
          @Override
          public List<ParameterSpec> derived() {
            long columns = good.trainable().get(1).shape().get(1);
            return List.of(new ParameterSpec(name, Shape.of(columns), Role.ADAPTER));
          }

          @Override
          public Tensors derive(Ops tf, Weights base) {
            return Tensors.of(Map.of(name, tf.sum(base.dense(KERNEL), tf.constant(0))));
          }
        };
  }

  /** Numbers that are derived where one is declared, drawn from a source of the adapter's own. */
  static UnaryOperator<BoundAdapter> drawsForItself(RandomGenerator random, int numbers) {
    String name = KERNEL + ".drawn";
    return good ->
        new AlteredAdapter(good) {
          @Override
          public List<ParameterSpec> derived() {
            return List.of(new ParameterSpec(name, Shape.of(1), Role.ADAPTER));
          }

          @Override
          public Tensors derive(Ops tf, Weights base) {
            return Tensors.of(
                Map.of(
                    name,
                    tf.fill(tf.constant(new int[] {numbers}), tf.constant(random.nextFloat()))));
          }
        };
  }

  static UnaryOperator<BoundAdapter> startsAt(RandomGenerator random, String name) {
    return initial(
        (shapes, values, base) -> {
          float[] v = values.get(name);
          for (int i = 0; i < v.length; i++) {
            v[i] = (float) random.nextGaussian();
          }
        });
  }

  /** The kernel as a whole is off by so much, and products with it are right. */
  static UnaryOperator<BoundAdapter> denseOff(double by) {
    return effective(
        (tf, good, base) ->
            new AlteredWeights(good) {
              @Override
              public Operand<TFloat32> dense(String name) {
                Operand<TFloat32> w = good.dense(name);
                return name.equals(KERNEL) ? tf.math.add(w, tf.constant((float) by)) : w;
              }
            });
  }

  /** Products with the kernel are larger by a factor, and the kernel as a whole is right. */
  static UnaryOperator<BoundAdapter> productsTimes(double factor) {
    return effective(
        (tf, good, base) ->
            new AlteredWeights(good) {
              @Override
              public Operand<TFloat32> matMul(Operand<TFloat32> x, String kernel) {
                Operand<TFloat32> y = good.matMul(x, kernel);
                return kernel.equals(KERNEL) ? tf.math.mul(y, tf.constant((float) factor)) : y;
              }
            });
  }

  /** Products have what the adapter adds twice. */
  static final UnaryOperator<BoundAdapter> ADDS_TWICE =
      effective(
          (tf, good, base) ->
              new AlteredWeights(good) {
                @Override
                public Operand<TFloat32> matMul(Operand<TFloat32> x, String kernel) {
                  Operand<TFloat32> y = good.matMul(x, kernel);
                  return tf.math.add(y, tf.math.sub(y, base.matMul(x, kernel)));
                }
              });

  /** {@code W (1 + scale A B)}, element by element, on top of what is added. */
  static final UnaryOperator<BoundAdapter> MULTIPLIES =
      effective(
          (tf, good, base) ->
              new AlteredWeights(good) {
                @Override
                public Operand<TFloat32> dense(String name) {
                  Operand<TFloat32> w = base.dense(name);
                  Operand<TFloat32> added = tf.math.sub(good.dense(name), w);
                  return tf.math.mul(w, tf.math.add(tf.constant(1f), added));
                }
              });

  static UnaryOperator<BoundAdapter> isNotAdditive(UnaryOperator<BoundAdapter> altered) {
    return good ->
        new AlteredAdapter(altered.apply(good)) {
          @Override
          public boolean isAdditive() {
            return false;
          }
        };
  }

  /** Initial values that live in the adapter, and are halved there by a merge. */
  static BoundAdapter halvesWhatItWasGiven(BoundAdapter good) {
    Map<String, float[]> held = new HashMap<>();
    return new AlteredAdapter(good) {
      @Override
      public WeightSnapshot initial(WeightSnapshot base, RandomGenerator rng) {
        WeightSnapshot own = good.initial(base, rng);
        TreeMap<String, Shape> shapes = new TreeMap<>();
        for (String n : own.names()) {
          shapes.put(n, own.shape(n));
          held.put(n, own.copy(n));
        }
        return WeightSnapshot.computed(shapes, held::get);
      }

      @Override
      public WeightSnapshot merge(WeightSnapshot trainable, WeightSnapshot base) {
        WeightSnapshot merged = good.merge(trainable, base);
        float[] a = held.get(A);
        for (int i = 0; i < a.length; i++) {
          a[i] /= 2;
        }
        return merged;
      }
    };
  }

  static void scale(float[] v, double factor) {
    for (int i = 0; i < v.length; i++) {
      v[i] *= (float) factor;
    }
  }

  static ParameterSpec spec(String name, long... shape) {
    return new ParameterSpec(name, Shape.of(shape), Role.ADAPTER);
  }
}
