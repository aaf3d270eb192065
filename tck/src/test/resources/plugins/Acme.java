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

/** What every provider of this vendor says. */
abstract class Acme<T> implements Provider<T> {
  static final Setting<Schedule> LR = Setting.schedule("lr", 0.1, 0, 1, "learning rate");
  static final Setting<Double> RHO = Setting.real("rho", 0.05, 0, 10, "radius");
  static final Setting<Double> LAMBDA = Setting.real("lambda", 10, 0, 1e6, "strength");
  static final Setting<Integer> CAPACITY = Setting.integer("capacity", 50000, 1, 1000000, "kept");
  static final Setting<Double> ALPHA = Setting.real("alpha", 0.5, 0, 1, "share of the new weights");
  static final Setting<Optimizer> BASE = Setting.optimizer("base", "sgd", "what it wraps");

  private final String id;
  private final Traits traits;
  private final List<Setting<?>> settings;

  Acme(String id, Onset onset, Cost cost, Setting<?>... settings) {
    this.id = "acme." + id;
    this.traits = Traits.of(onset, cost, "nowhere 2026");
    this.settings = List.of(settings);
  }

  public ComponentId id() { return new ComponentId(id); }
  public String summary() { return "of a third party"; }
  public String equation() { return "see the summary"; }
  public List<Setting<?>> settings() { return settings; }
  public Traits traits(Settings s) { return traits; }
}

/** Optimizers with two passes a step. */
abstract class TwoPass extends Acme<Optimizer> implements OptimizerProvider {
  TwoPass(String id) { super(id, Onset.FIRST_TASK, Cost.passes(2), LR, RHO); }

  static Tensors ascent(StepContext c, Tensors g, double rho) {
    Ops tf = c.tf();
    Operand<TFloat32> norm = g.norm(tf);
    Operand<TFloat32> factor = tf.math.divNoNan(tf.constant((float) rho), norm);
    return g.scale(tf, factor);
  }

  static Params moved(StepContext c, Tensors by) {
    return Params.of(c.params().tensors().plus(c.tf(), by));
  }

  static Updates descent(StepContext c, Tensors g, Schedule lr) {
    return new Updates(g.scale(c.tf(), c.tf().math.neg(c.scheduled(lr))));
  }

  public final Optimizer create(Settings s) {
    Schedule lr = s.get(LR);
    double rho = s.get(RHO);
    return c -> step(c, lr, rho);
  }

  abstract Updates step(StepContext c, Schedule lr, double rho);
}

/** A pull towards the weights after each task, by importance. */
abstract class Pull extends Acme<Regularizer> implements RegularizerProvider {
  Pull(String id, double copies) { super(id, Onset.LATER_TASKS, Cost.NONE.snapshots(copies), LAMBDA); }

  public final Regularizer create(Settings s) {
    float lambda = s.get(LAMBDA).floatValue();
    return site -> new Bound(site, lambda);
  }

  double factor() { return 0.5; }
  void track(StepContext c) {}
  abstract WeightSnapshot importance(FinishedTask task);

  final class Bound implements BoundRegularizer {
    private final RegularizerSite site;
    private final float lambda;

    Bound(RegularizerSite site, float lambda) {
      this.site = site;
      this.lambda = lambda;
    }

    public Operand<TFloat32> penalty(LossPoint point) {
      Ops tf = site.tf();
      Operand<TFloat32> sum = tf.constant(0f);
      for (int k = 0; k < site.finishedTasks(); k++) {
        Tensors moved = point.at().tensors().minus(tf, site.memory("anchor" + k));
        sum = tf.math.add(sum, site.memory("fisher" + k).dot(tf, moved.times(tf, moved)));
      }
      return tf.math.mul(tf.constant((float) (lambda * factor())), sum);
    }

    public void track(StepContext c, Updates u) { Pull.this.track(c); }

    public void afterTask(FinishedTask task) {
      task.remember("anchor" + task.index(), task.weights());
      task.remember("fisher" + task.index(), importance(task));
    }
  }
}

/** A memory of examples, one of which is added to each batch. */
abstract class Memory implements Rehearsal {
  final List<Example> kept = new ArrayList<>();
  final int capacity;
  long seen;

  Memory(int capacity) { this.capacity = capacity; }

  abstract void keep(Example e, java.util.random.RandomGenerator rng);

  public Iterator<List<Example>> epoch(TaskData current, int size, java.util.random.RandomGenerator rng) {
    List<List<Example>> batches = new ArrayList<>();
    for (List<Example> plain : current.shuffledBatches(size, rng)) {
      List<Example> batch = new ArrayList<>(plain);
      if (!kept.isEmpty()) {
        batch.add(kept.get(rng.nextInt(kept.size())));
      }
      batches.add(batch);
    }
    return batches.iterator();
  }

  public void afterTask(TaskData task, java.util.random.RandomGenerator rng) {
    task.examples().forEach(e -> keep(e, rng));
  }

  public byte[] state() {
    var bytes = new java.io.ByteArrayOutputStream();
    try (var out = new java.io.DataOutputStream(bytes)) {
      out.writeInt(77);
      out.writeLong(seen);
      out.writeInt(kept.size());
      for (Example e : kept) e.write(out);
    } catch (java.io.IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }

  public void restore(byte[] state) {
    try (var in = new java.io.DataInputStream(new java.io.ByteArrayInputStream(state))) {
      if (in.readInt() != 77) throw new PalimpsestException("not a memory");
      seen = in.readLong();
      kept.clear();
      for (int n = in.readInt(); n > 0; n--) kept.add(Example.read(in));
    } catch (java.io.IOException e) {
      throw new PalimpsestException("not a memory", e);
    }
  }
}

abstract class Rehearsing extends Acme<Rehearsal> implements RehearsalProvider {
  Rehearsing(String id) { super(id, Onset.LATER_TASKS, Cost.NONE, CAPACITY); }
}

abstract class Measuring extends Acme<ForgettingMetric> implements ForgettingMetricProvider {
  Measuring(String id, Setting<?>... settings) { super(id, Onset.AFTER_TRAINING, Cost.NONE, settings); }

  static ForgettingMetric metric(boolean higher, Function<ScoreMatrix, OptionalDouble> of) {
    return new ForgettingMetric() {
      public boolean higherIsBetter() { return higher; }
      public OptionalDouble of(ScoreMatrix scores) { return of.apply(scores); }
    };
  }
}

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
    return base -> new Bound(base.stream().filter(p -> p.name().endsWith("q_proj.weight")).toList(), r, scale);
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
        all.add(new ParameterSpec(k.name() + ".a", Shape.of(k.shape().get(0), r), ParameterSpec.Role.ADAPTER));
        all.add(new ParameterSpec(k.name() + ".b", Shape.of(r, k.shape().get(1)), ParameterSpec.Role.ADAPTER));
      }
      return all;
    }

    public WeightSnapshot initial(WeightSnapshot base, java.util.random.RandomGenerator rng) {
      Map<String, Shape> shapes = new TreeMap<>();
      Map<String, float[]> values = new TreeMap<>();
      for (ParameterSpec p : trainable()) {
        float[] v = new float[(int) p.shape().size()];
        for (int i = 0; i < v.length && p.name().endsWith(".a"); i++) v[i] = (float) rng.nextGaussian() / 8;
        shapes.put(p.name(), p.shape());
        values.put(p.name(), v);
      }
      return WeightSnapshot.of(shapes, values);
    }

    public Weights effective(Ops tf, Params trainable, Weights base) {
      return new Weights() {
        private Operand<TFloat32> get(String n) { return trainable.tensors().get(n); }
        private boolean mine(String n) { return trainable.tensors().names().contains(n + ".a"); }
        public Operand<TFloat32> dense(String n) {
          return mine(n) ? tf.math.add(base.dense(n), tf.math.mul(tf.constant(scale), tf.linalg.matMul(get(n + ".a"), get(n + ".b")))) : base.dense(n);
        }
        public Operand<TFloat32> matMul(Operand<TFloat32> x, String n) {
          return mine(n) ? tf.math.add(base.matMul(x, n), tf.math.mul(tf.constant(scale), tf.linalg.matMul(tf.linalg.matMul(x, get(n + ".a")), get(n + ".b")))) : base.matMul(x, n);
        }
        public Operand<TFloat32> matMulTransposed(Operand<TFloat32> x, String t) { return base.matMulTransposed(x, t); }
        public Operand<TFloat32> rows(Operand<org.tensorflow.types.TInt32> ids, String t) { return base.rows(ids, t); }
      };
    }

    public WeightSnapshot merge(WeightSnapshot trainable, WeightSnapshot base) {
      TreeMap<String, Shape> shapes = new TreeMap<>();
      base.names().forEach(n -> shapes.put(n, base.shape(n)));
      return WeightSnapshot.computed(shapes, n -> {
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
  Between(String id, Setting<?> share) { super(id, Onset.AFTER_TRAINING, Cost.NONE, share); }

  static Merger of(WeightHistoryEnd zero, WeightHistoryEnd one, float t) {
    return h -> {
      WeightSnapshot a = zero.of(h);
      WeightSnapshot b = one.of(h);
      TreeMap<String, Shape> shapes = new TreeMap<>();
      b.names().forEach(n -> shapes.put(n, b.shape(n)));
      return WeightSnapshot.computed(shapes, n -> {
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
