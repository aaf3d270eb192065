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
import java.util.random.RandomGenerator;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;

/** Sharpness-aware minimisation. */
final class Sam extends TwoPass {
  Sam() { super("sam"); }
  Updates step(StepContext c, Schedule lr, double rho) {
    Tensors e = ascent(c, c.oracle().gradient(c.params()).tensors(), rho);
    return descent(c, c.oracle().gradient(moved(c, e)).tensors(), lr);
  }
}

/** Two ascents, and a base that is handed the gradient at the second. */
final class SamTwice extends Acme<Optimizer> implements OptimizerProvider {
  SamTwice() { super("sam-twice", Onset.FIRST_TASK, Cost.passes(3), RHO, BASE); }
  public Traits traits(Settings s) {
    Cost base = s.nested(BASE).orElseThrow().traits().cost();
    return Traits.of(Onset.FIRST_TASK, Cost.passes(2 + base.passesPerStep()).slots(base.slotsPerParameter()), "nowhere");
  }
  public Optimizer create(Settings s) {
    double rho = s.get(RHO);
    Optimizer wrapped = s.get(BASE);
    return new Wrapper() {
      public Optimizer base() { return wrapped; }
      public Updates updates(StepContext c) {
        Tensors one = TwoPass.ascent(c, c.oracle().gradient(c.params()).tensors(), rho);
        Tensors two = TwoPass.ascent(c, c.oracle().gradient(TwoPass.moved(c, one)).tensors(), rho);
        return wrapped.updates(Wrapper.inner(c).withOracle((p, terms, of) -> c.oracle().at(Params.of(p.tensors().plus(c.tf(), two)), terms, of)));
      }
    };
  }
}

/** No setting lr at all. */
final class Fixed extends Acme<Optimizer> implements OptimizerProvider {
  Fixed() { super("fixed", Onset.FIRST_TASK, Cost.passes(1)); }
  public Optimizer create(Settings s) {
    return c -> new Updates(c.oracle().gradient(c.params()).tensors().scale(c.tf(), c.tf().constant(-0.05f)));
  }
}

/** A momentum kept in slots. */
final class Heavy extends Acme<Optimizer> implements OptimizerProvider {
  static final float MU = 0.5f;
  Heavy() { super("heavy", Onset.FIRST_TASK, Cost.passes(1).slots(1), LR); }
  public Optimizer create(Settings s) {
    Schedule lr = s.get(LR);
    return c -> {
      Ops tf = c.tf();
      Tensors m = c.slots().old("m", c.params().tensors(), 0).scale(tf, tf.constant(MU)).plus(tf, c.oracle().gradient(c.params()).tensors());
      c.slots().next("m", m);
      return new Updates(m.scale(tf, tf.math.neg(c.scheduled(lr))));
    };
  }
}

/** Elastic weight consolidation. */
final class Ewc extends Pull {
  Ewc() { super("ewc", 2); }
  WeightSnapshot importance(FinishedTask task) { return task.meanSquaredGradient(64); }
}

/** Path integrals along the steps of a task. */
final class Path extends Pull {
  public Traits traits(Settings s) { return Traits.of(Onset.FIRST_TASK, Cost.passes(1).snapshots(2), "Zenke 2017"); }
  Path() { super("path", 2); }
  public Set<Promise> promises(Settings s) { return Promise.usualWithout(Kind.REGULARIZER, Promise.HALF_SQUARE); }
  void track(StepContext c) {
    Ops tf = c.tf();
    Tensors g = c.oracle().at(c.params(), Set.of(Term.DATA)).gradients().tensors();
    Tensors sum = c.slots().old("path", c.params().tensors(), 0);
    c.slots().next("path", sum.plus(tf, g));
  }
  WeightSnapshot importance(FinishedTask task) {
    WeightSnapshot sum = task.tracked("path");
    WeightSnapshot start = task.start();
    WeightSnapshot end = task.weights();
    TreeMap<String, Shape> shapes = new TreeMap<>();
    sum.names().forEach(n -> shapes.put(n, sum.shape(n)));
    return WeightSnapshot.computed(shapes, n -> {
      float[] v = sum.copy(n);
      float[] a = start.copy(n);
      float[] b = end.copy(n);
      for (int i = 0; i < v.length; i++) v[i] = Math.abs(v[i] * (b[i] - a[i]));
      return v;
    });
  }
}

/** A reservoir. */
final class Reservoir extends Rehearsing {
  Reservoir() { super("reservoir"); }
  public Rehearsal create(Settings s) {
    return new Memory(s.get(CAPACITY)) {
      void keep(Example e, RandomGenerator rng) {
        seen++;
        if (kept.size() < capacity) { kept.add(e); return; }
        long place = rng.nextLong(seen);
        if (place < capacity) kept.set((int) place, e);
      }
    };
  }
}

/** Rehearses nothing. */
final class Nothing extends Acme<Rehearsal> implements RehearsalProvider {
  Nothing() { super("nothing", Onset.LATER_TASKS, Cost.NONE); }
  public Rehearsal create(Settings s) {
    return new Memory(1) { void keep(Example e, RandomGenerator rng) {} };
  }
}

/** Interpolation that gives end points as they are. */
final class WiseFt extends Between {
  WiseFt() { super("wise-ft", ALPHA); }
  public Merger create(Settings s) {
    float t = s.get(ALPHA).floatValue();
    if (t == 0) return WeightHistory::pretrained;
    return t == 1 ? WeightHistory::afterTask : of(h -> h.pretrained(), h -> h.afterTask(), t);
  }
}

/** The largest drop of any task; 0 is best. */
final class WorstDrop extends Measuring {
  WorstDrop() { super("worst-drop"); }
  private static final Map<Boolean, Integer> SIGNS = signs();
  private static Map<Boolean, Integer> signs() {
    Map<Boolean, Integer> signs = new HashMap<>();
    signs.put(true, 1);
    signs.put(false, -1);
    return Collections.unmodifiableMap(signs);
  }
  public ForgettingMetric create(Settings s) {
    return metric(false, r -> {
      int last = r.tasks() - 1;
      double worst = 0;
      double sum = 0;
      for (int i = 0; i < last; i++) {
        double drop = SIGNS.get(r.higherScoresAreBetter()) * (r.after(i, i) - r.after(last, i));
        worst = Math.max(worst, drop);
        sum += drop;
      }
      return last == 0 || Double.isNaN(sum) ? OptionalDouble.empty() : OptionalDouble.of(worst);
    });
  }
}

/** Random directions from the generator that is handed in. */
final class Wobble extends Acme<Probe> implements ProbeProvider {
  Wobble() { super("wobble", Onset.AFTER_TRAINING, Cost.NONE); }
  public Probe create(Settings s) {
    return new Probe() {
      public SortedMap<String, Double> measure(ProbeSite site, RandomGenerator rng) {
        WeightSnapshot w = site.weights();
        TreeMap<String, Shape> shapes = new TreeMap<>();
        TreeMap<String, float[]> values = new TreeMap<>();
        for (String n : w.names()) {
          float[] v = w.copy(n);
          for (int i = 0; i < v.length; i++) v[i] += 0.01f * (float) rng.nextGaussian();
          shapes.put(n, w.shape(n));
          values.put(n, v);
        }
        return new TreeMap<>(Map.of("rise", site.loss(WeightSnapshot.of(shapes, values)) - site.loss(w)));
      }
      public long passes() { return 2; }
    };
  }
}

public final class Sound implements Plugin {
  public String name() { return "acme-sound"; }
  public List<OptimizerProvider> optimizers() { return List.of(new Sam(), new SamTwice(), new Fixed(), new Heavy()); }
  public List<RegularizerProvider> regularizers() { return List.of(new Ewc(), new Path()); }
  public List<AdapterProvider> adapters() { return List.of(new LowRank("lora", false)); }
  public List<RehearsalProvider> rehearsals() { return List.of(new Reservoir(), new Nothing()); }
  public List<MergerProvider> mergers() { return List.of(new WiseFt()); }
  public List<ForgettingMetricProvider> metrics() { return List.of(new WorstDrop()); }
  public List<ProbeProvider> probes() { return List.of(new Wobble()); }
}
