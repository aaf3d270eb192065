package io.github.palimpsest.ewc;

import io.github.palimpsest.api.BoundRegularizer;
import io.github.palimpsest.api.FinishedTask;
import io.github.palimpsest.api.Forward;
import io.github.palimpsest.api.LossPoint;
import io.github.palimpsest.api.Regularizer;
import io.github.palimpsest.api.RegularizerSite;
import io.github.palimpsest.api.StepContext;
import io.github.palimpsest.api.Tensors;
import io.github.palimpsest.api.Updates;
import io.github.palimpsest.api.WeightSnapshot;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.BiFunction;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;

/** Passes everything on to a regularizer, and shows what it remembers. */
final class Spy implements Regularizer {
  private final Regularizer inner;
  private final Map<String, WeightSnapshot> remembered = new TreeMap<>();

  Spy(Regularizer inner) {
    this.inner = inner;
  }

  WeightSnapshot remembered(String name) {
    return remembered.get(name);
  }

  @Override
  public BoundRegularizer bind(RegularizerSite site) {
    BoundRegularizer bound = inner.bind(site);
    return new BoundRegularizer() {
      @Override
      public Operand<TFloat32> penalty(LossPoint point) {
        return bound.penalty(point);
      }

      @Override
      public Optional<Tensors> gradient(LossPoint point) {
        return bound.gradient(point);
      }

      @Override
      public void track(StepContext c, Updates updates) {
        bound.track(c, updates);
      }

      @Override
      public void afterTask(FinishedTask task) {
        bound.afterTask(new Seen(task));
      }
    };
  }

  private final class Seen implements FinishedTask {
    private final FinishedTask task;

    Seen(FinishedTask task) {
      this.task = task;
    }

    @Override
    public int index() {
      return task.index();
    }

    @Override
    public WeightSnapshot start() {
      return task.start();
    }

    @Override
    public WeightSnapshot weights() {
      return task.weights();
    }

    @Override
    public WeightSnapshot weights(Space space) {
      return task.weights(space);
    }

    @Override
    public WeightSnapshot tracked(String slot) {
      return task.tracked(slot);
    }

    @Override
    public WeightSnapshot meanSquaredGradient(Estimate how) {
      return task.meanSquaredGradient(how);
    }

    @Override
    public WeightSnapshot meanAbsoluteGradient(
        int maxExamples, BiFunction<Ops, Forward, Operand<TFloat32>> function) {
      return task.meanAbsoluteGradient(maxExamples, function);
    }

    @Override
    public Optional<WeightSnapshot> recall(String name) {
      return task.recall(name);
    }

    @Override
    public void remember(String name, WeightSnapshot value) {
      remembered.put(name, value);
      task.remember(name, value);
    }
  }
}
