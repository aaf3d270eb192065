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

  public ComponentId id() {
    return new ComponentId(id);
  }

  public String summary() {
    return "of a third party";
  }

  public String equation() {
    return "see the summary";
  }

  public List<Setting<?>> settings() {
    return settings;
  }

  public Traits traits(Settings s) {
    return traits;
  }
}

/** Optimizers with two passes a step. */
abstract class TwoPass extends Acme<Optimizer> implements OptimizerProvider {
  TwoPass(String id) {
    super(id, Onset.FIRST_TASK, Cost.passes(2), LR, RHO);
  }

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
  Pull(String id, double copies) {
    super(id, Onset.LATER_TASKS, Cost.NONE.snapshots(copies), LAMBDA);
  }

  public final Regularizer create(Settings s) {
    float lambda = s.get(LAMBDA).floatValue();
    return site -> new Bound(site, lambda);
  }

  double factor() {
    return 0.5;
  }

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

    public void track(StepContext c, Updates u) {
      Pull.this.track(c);
    }

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

  Memory(int capacity) {
    this.capacity = capacity;
  }

  abstract void keep(Example e, java.util.random.RandomGenerator rng);

  public Iterator<List<Example>> epoch(
      TaskData current, int size, java.util.random.RandomGenerator rng) {
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
  Rehearsing(String id) {
    super(id, Onset.LATER_TASKS, Cost.passes(0.13), CAPACITY);
  }
}

abstract class Measuring extends Acme<ForgettingMetric> implements ForgettingMetricProvider {
  Measuring(String id, Setting<?>... settings) {
    super(id, Onset.AFTER_TRAINING, Cost.NONE, settings);
  }

  static ForgettingMetric metric(boolean higher, Function<ScoreMatrix, OptionalDouble> of) {
    return new ForgettingMetric() {
      public boolean higherIsBetter() {
        return higher;
      }

      public OptionalDouble of(ScoreMatrix scores) {
        return of.apply(scores);
      }
    };
  }
}
