package org.acme.plugins;

import io.github.palimpsest.api.*;
import io.github.palimpsest.api.adapter.*;
import io.github.palimpsest.api.component.*;
import io.github.palimpsest.api.data.*;
import io.github.palimpsest.api.measure.*;
import io.github.palimpsest.api.merger.*;
import io.github.palimpsest.api.metric.*;
import io.github.palimpsest.api.model.*;
import io.github.palimpsest.api.optimizer.*;
import io.github.palimpsest.api.parameter.*;
import io.github.palimpsest.api.probe.*;
import io.github.palimpsest.api.recipe.*;
import io.github.palimpsest.api.regularizer.*;
import io.github.palimpsest.api.rehearsal.*;
import io.github.palimpsest.api.tracker.*;

import java.util.*;
import java.util.random.RandomGenerator;
import java.util.stream.Collectors;
import org.tensorflow.Operand;
import org.tensorflow.ndarray.buffer.DataBuffers;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TBfloat16;
import org.tensorflow.types.TFloat32;

/** Optimizers of one pass that end in a plain step. */
abstract class OnePass extends Acme<Optimizer> implements OptimizerProvider {
  OnePass(String id) {
    super(id, Onset.FIRST_TASK, Cost.passes(1), LR);
  }

  static Tensors gradient(StepContext c) {
    return c.oracle().gradient(c.params()).tensors();
  }
}

/** Climbs in every task but the first. */
final class LaterClimbs extends OnePass {
  LaterClimbs() {
    super("later-climbs");
  }

  public Optimizer create(Settings s) {
    Schedule lr = s.get(LR);
    return new Optimizer() {
      public int phases() {
        return 2;
      }

      public int phaseOf(int task, long step, long total) {
        return Math.min(1, task);
      }

      public Updates updates(StepContext c) {
        Tensors g = gradient(c);
        return TwoPass.descent(c, c.phase() == 0 ? g : g.map(x -> c.tf().math.neg(x)), lr);
      }
    };
  }
}

/** Its phase is negative after 2^31 steps. */
final class LongPhase extends OnePass {
  LongPhase() {
    super("long-phase");
  }

  public Optimizer create(Settings s) {
    Schedule lr = s.get(LR);
    return new Optimizer() {
      public int phases() {
        return 2;
      }

      public int phaseOf(int task, long step, long total) {
        return (int) step % 2;
      }

      public Updates updates(StepContext c) {
        return TwoPass.descent(c, gradient(c), lr);
      }
    };
  }
}

/** A mask as large as the model, as constants of the graph. */
final class ConstantMasks extends OnePass {
  ConstantMasks() {
    super("constant-masks");
  }

  public Optimizer create(Settings s) {
    Schedule lr = s.get(LR);
    return c -> {
      Map<String, Operand<TFloat32>> masked = new LinkedHashMap<>();
      for (ParameterSpec p : c.specs()) {
        float[] mask = new float[(int) p.shape().size()];
        Arrays.fill(mask, 1);
        Operand<TFloat32> m =
            c.tf()
                .constant(
                    org.tensorflow.ndarray.Shape.of(p.shape().toArray()), DataBuffers.of(mask));
        masked.put(p.name(), m);
      }
      return TwoPass.descent(c, gradient(c).times(c.tf(), Tensors.of(masked)), lr);
    };
  }
}

/** Rounds each gradient to eight bits. */
final class HalfPrecision extends OnePass {
  HalfPrecision() {
    super("half-precision");
  }

  public Optimizer create(Settings s) {
    Schedule lr = s.get(LR);
    return c -> {
      Ops tf = c.tf();
      Tensors rounded =
          gradient(c)
              .map(g -> tf.dtypes.cast(tf.dtypes.cast(g, TBfloat16.class), TFloat32.class));
      return TwoPass.descent(c, rounded, lr);
    };
  }
}

/** Rows and columns exchanged in merge, which a square kernel does not show. */
final class SquareMerge extends LowRank {
  SquareMerge() {
    super("square-merge", false);
  }

  public Adapter create(Settings s) {
    Adapter own = super.create(s);
    int r = s.get(RANK);
    float scale = (float) (s.get(SCALE) / r);
    return base -> {
      BoundAdapter bound = own.bind(base);
      return new BoundAdapter() {
        public List<ParameterSpec> trainable() {
          return bound.trainable();
        }

        public WeightSnapshot initial(WeightSnapshot at, RandomGenerator rng) {
          return bound.initial(at, rng);
        }

        public Weights effective(Ops tf, Params trainable, Weights at) {
          return bound.effective(tf, trainable, at);
        }

        public WeightSnapshot merge(WeightSnapshot trainable, WeightSnapshot at) {
          TreeMap<String, Shape> shapes = new TreeMap<>();
          at.names().forEach(n -> shapes.put(n, at.shape(n)));
          return WeightSnapshot.computed(
              shapes,
              n -> {
                float[] w = at.copy(n);
                if (trainable.names().contains(n + ".a")) {
                  float[] a = trainable.copy(n + ".a");
                  float[] b = trainable.copy(n + ".b");
                  int columns = a.length / r; // the number of rows
                  for (int i = 0; i < w.length; i++) {
                    for (int k = 0; k < r; k++) {
                      int row = i / columns % (a.length / r);
                      int column = k * (b.length / r) + i % columns;
                      w[i] += scale * a[row * r + k] * b[column % b.length];
                    }
                  }
                }
                return w;
              });
        }
      };
    };
  }
}

/** Numbers its memories by a count of its own, which a resumed run begins again. */
final class OwnCount extends Acme<Regularizer> implements RegularizerProvider {
  OwnCount() {
    super("own-count", Onset.LATER_TASKS, Cost.NONE.snapshots(2), LAMBDA);
  }

  public Regularizer create(Settings s) {
    return new Counting(s.get(LAMBDA).floatValue());
  }

  private static final class Counting implements Regularizer {
    private final float lambda;
    private int count;

    Counting(float lambda) {
      this.lambda = lambda;
    }

    public BoundRegularizer bind(RegularizerSite site) {
      return new BoundRegularizer() {
        public Operand<TFloat32> penalty(LossPoint point) {
          Ops tf = site.tf();
          Operand<TFloat32> sum = tf.constant(0f);
          for (int k = 0; site.memories().contains("anchor" + k); k++) {
            Tensors moved = point.at().tensors().minus(tf, site.memory("anchor" + k));
            sum = tf.math.add(sum, site.memory("fisher" + k).dot(tf, moved.times(tf, moved)));
          }
          return tf.math.mul(tf.constant(lambda / 2), sum);
        }

        public void afterTask(FinishedTask task) {
          task.remember("anchor" + count, task.weights());
          task.remember("fisher" + count++, task.meanSquaredGradient(64));
        }
      };
    }
  }
}

/** A reservoir whose subclasses add mistakes. */
abstract class Reservoirs extends Rehearsing {
  Reservoirs(String id) {
    super(id);
  }

  static class OfAll extends Memory {
    OfAll(int capacity) {
      super(capacity);
    }

    void keep(Example e, RandomGenerator rng) {
      seen++;
      if (kept.size() < capacity) {
        kept.add(e);
        return;
      }
      long place = rng.nextLong(seen);
      if (place < capacity) kept.set((int) place, e);
    }
  }
}

/** One more batch after each tenth one; it says so without the last, smaller batch. */
final class TenthBatches extends Reservoirs {
  TenthBatches() {
    super("tenth-batches");
  }

  public Rehearsal create(Settings s) {
    return new OfAll(s.get(CAPACITY)) {
      public Iterator<List<Example>> epoch(TaskData current, int size, RandomGenerator rng) {
        List<List<Example>> batches = new ArrayList<>();
        for (List<Example> plain : current.shuffledBatches(size, rng)) {
          batches.add(plain);
          if (!kept.isEmpty() && batches.size() % 11 == 10)
            batches.add(List.of(kept.get(rng.nextInt(kept.size()))));
        }
        return batches.iterator();
      }

      @Override
      public long extraBatches(int task, int examples, int size) {
        return task == 0 ? 0 : examples / size / 10;
      }
    };
  }
}

/** Goes over a map whose order differs from process to process. */
final class SaltedOrder extends Reservoirs {
  SaltedOrder() {
    super("salted-order");
  }

  public Rehearsal create(Settings s) {
    return new OfAll(s.get(CAPACITY)) {
      public void afterTask(TaskData task, RandomGenerator rng) {
        task.examples().stream()
            .collect(Collectors.toUnmodifiableMap(Example::id, e -> e))
            .values()
            .forEach(e -> keep(e, rng));
      }
    };
  }
}

/** Rehearses from a memory of its capacity, and keeps everything else too. */
final class Hoards extends Reservoirs {
  Hoards() {
    super("hoards");
  }

  public Rehearsal create(Settings s) {
    return new OfAll(s.get(CAPACITY)) {
      private final List<Example> everything = new ArrayList<>();

      void keep(Example e, RandomGenerator rng) {
        super.keep(e, rng);
        everything.add(e);
      }

      public byte[] state() {
        var bytes = new java.io.ByteArrayOutputStream();
        try (var out = new java.io.DataOutputStream(bytes)) {
          byte[] own = super.state();
          out.writeInt(own.length);
          out.write(own);
          out.writeInt(everything.size());
          for (Example e : everything) e.write(out);
        } catch (java.io.IOException e) {
          throw new java.io.UncheckedIOException(e);
        }
        return bytes.toByteArray();
      }

      public void restore(byte[] state) {
        try (var in = new java.io.DataInputStream(new java.io.ByteArrayInputStream(state))) {
          int length = in.readInt();
          if (length < 0 || length > state.length) throw new PalimpsestException("not a memory");
          super.restore(in.readNBytes(length));
          everything.clear();
          for (int n = in.readInt(); n > 0; n--) everything.add(Example.read(in));
        } catch (java.io.IOException e) {
          throw new PalimpsestException("not a memory", e);
        }
      }
    };
  }
}
