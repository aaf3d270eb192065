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

/** Squares the gradient of each step, which is a mean over the batch. */
final class EwcBatchMean extends Pull {
  EwcBatchMean() {
    super("ewc-batch-mean", 2);
  }

  void track(StepContext c) {
    Tensors g = c.oracle().at(c.params(), Set.of(Term.DATA)).gradients().tensors();
    Tensors sum = c.slots().old("fisher", c.params().tensors(), 0);
    c.slots().next("fisher", sum.plus(c.tf(), g.times(c.tf(), g)));
  }

  WeightSnapshot importance(FinishedTask task) {
    return task.tracked("fisher");
  }
}

/** Asks for squares of batch means. */
final class EwcBatchEstimate extends Pull {
  EwcBatchEstimate() {
    super("ewc-batch-estimate", 2);
  }

  WeightSnapshot importance(FinishedTask task) {
    return task.meanSquaredGradient(FinishedTask.Estimate.of(64).batch(8));
  }
}

/** The one-half is missing. */
final class EwcFactorTwo extends Pull {
  EwcFactorTwo() {
    super("ewc-factor-two", 2);
  }

  double factor() {
    return 1;
  }

  WeightSnapshot importance(FinishedTask task) {
    return task.meanSquaredGradient(64);
  }
}

/** The importance is doubled. */
final class EwcTwiceFisher extends Pull {
  EwcTwiceFisher() {
    super("ewc-twice-fisher", 2);
  }

  WeightSnapshot importance(FinishedTask task) {
    WeightSnapshot f = task.meanSquaredGradient(64);
    TreeMap<String, Shape> shapes = new TreeMap<>();
    f.names().forEach(n -> shapes.put(n, f.shape(n)));
    return WeightSnapshot.computed(
        shapes,
        n -> {
          float[] v = f.copy(n);
          for (int i = 0; i < v.length; i++) v[i] *= 2;
          return v;
        });
  }
}

/** Keeps the examples of the task under way. */
final class ReplayPeeks extends Rehearsing {
  ReplayPeeks() {
    super("replay-peeks");
  }

  public Rehearsal create(Settings s) {
    return new Memory(s.get(CAPACITY)) {
      void keep(Example e, RandomGenerator rng) {
        if (kept.size() < capacity) kept.add(e);
        else {
          long p = rng.nextLong(++seen + capacity);
          if (p < capacity) kept.set((int) p, e);
        }
      }

      public Iterator<List<Example>> epoch(TaskData current, int size, RandomGenerator rng) {
        Iterator<List<Example>> batches = super.epoch(current, size, rng);
        current.examples().forEach(e -> keep(e, rng));
        return batches;
      }

      public void afterTask(TaskData task, RandomGenerator rng) {}
    };
  }
}

/** Remembers the task that was begun last, and mixes it in when another begins. */
final class ReplayBegun extends Rehearsing {
  ReplayBegun() {
    super("replay-begun");
  }

  public Rehearsal create(Settings s) {
    return new Memory(s.get(CAPACITY)) {
      private TaskData begun;

      void keep(Example e, RandomGenerator rng) {
        kept.add(e);
      }

      public Iterator<List<Example>> epoch(TaskData current, int size, RandomGenerator rng) {
        if (begun != null && begun.index() != current.index())
          begun.examples().forEach(e -> keep(e, rng));
        begun = current;
        return super.epoch(current, size, rng);
      }

      public void afterTask(TaskData task, RandomGenerator rng) {}
    };
  }
}

/** Keeps the first examples. */
final class ReservoirFirst extends Rehearsing {
  ReservoirFirst() {
    super("reservoir-first");
  }

  public Rehearsal create(Settings s) {
    return new Memory(s.get(CAPACITY)) {
      void keep(Example e, RandomGenerator rng) {
        if (kept.size() < capacity) kept.add(e);
      }
    };
  }
}

/** Keeps the last examples. */
final class ReservoirLast extends Rehearsing {
  ReservoirLast() {
    super("reservoir-last");
  }

  public Rehearsal create(Settings s) {
    return new Memory(s.get(CAPACITY)) {
      void keep(Example e, RandomGenerator rng) {
        if (kept.size() < capacity) kept.add(e);
        else kept.set(rng.nextInt(capacity), e);
      }
    };
  }
}

/** alpha 0 gives the later weights. */
final class WiseFtSwapped extends Between {
  WiseFtSwapped() {
    super("wise-ft-swapped", ALPHA);
  }

  public Merger create(Settings s) {
    return of(h -> h.afterTask(), h -> h.beforeTask(), s.get(ALPHA).floatValue());
  }
}

/** The same under another name. */
final class MixSwapped extends Between {
  static final Setting<Double> MIX = Setting.real("mix", 0.5, 0, 1, "share of the new weights");

  MixSwapped() {
    super("mix-swapped", MIX);
  }

  public Merger create(Settings s) {
    return of(h -> h.afterTask(), h -> h.pretrained(), s.get(MIX).floatValue());
  }
}

/** Forgetting counted as gain. */
final class ForgettingSign extends Measuring {
  ForgettingSign() {
    super("forgetting-sign");
  }

  public ForgettingMetric create(Settings s) {
    return metric(
        true,
        r -> {
          double sum = 0;
          int last = r.tasks() - 1;
          double sign = r.higherScoresAreBetter() ? 1 : -1;
          for (int i = 0; i < last; i++) sum += sign * (r.after(i, i) - r.after(last, i));
          return last == 0 || Double.isNaN(sum)
              ? OptionalDouble.empty()
              : OptionalDouble.of(sum / last);
        });
  }
}

/** Takes nats per token for an accuracy. */
final class ForgettingDirection extends Measuring {
  ForgettingDirection() {
    super("forgetting-direction");
  }

  public ForgettingMetric create(Settings s) {
    return metric(
        false,
        r -> {
          double sum = 0;
          int last = r.tasks() - 1;
          for (int i = 0; i < last; i++) sum += r.after(i, i) - r.after(last, i);
          return last == 0 || Double.isNaN(sum)
              ? OptionalDouble.empty()
              : OptionalDouble.of(sum / last);
        });
  }
}

/** Draws from the clock. */
final class ClockReplay extends Rehearsing {
  ClockReplay() {
    super("clock-replay");
  }

  public Rehearsal create(Settings s) {
    return new Memory(s.get(CAPACITY)) {
      void keep(Example e, RandomGenerator rng) {
        if (kept.size() < capacity && System.nanoTime() % 2 == 0) kept.add(e);
      }
    };
  }
}

public final class Broken implements Plugin {
  public String name() {
    return "acme-broken";
  }

  public List<OptimizerProvider> optimizers() {
    return List.of(
        new SamOldPoint(),
        new SamFirstGradient(),
        new SamNoRestore(),
        new SamHalfRestored(),
        new SamOnePass(),
        new StaticSteps());
  }

  public List<RegularizerProvider> regularizers() {
    return List.of(
        new EwcBatchMean(), new EwcBatchEstimate(), new EwcFactorTwo(), new EwcTwiceFisher());
  }

  public List<AdapterProvider> adapters() {
    return List.of(new LowRank("lora-unscaled", true));
  }

  public List<RehearsalProvider> rehearsals() {
    return List.of(
        new ReplayPeeks(),
        new ReplayBegun(),
        new ReservoirFirst(),
        new ReservoirLast(),
        new ClockReplay());
  }

  public List<MergerProvider> mergers() {
    return List.of(new WiseFtSwapped(), new MixSwapped());
  }

  public List<ForgettingMetricProvider> metrics() {
    return List.of(new ForgettingSign(), new ForgettingDirection());
  }
}
