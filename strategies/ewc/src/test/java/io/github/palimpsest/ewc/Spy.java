package io.github.palimpsest.ewc;

import io.github.palimpsest.api.model.FinishedTask;
import io.github.palimpsest.api.parameter.WeightSnapshot;
import io.github.palimpsest.api.regularizer.BoundRegularizer;
import io.github.palimpsest.api.regularizer.Regularizer;
import io.github.palimpsest.api.regularizer.RegularizerSite;
import io.github.palimpsest.tck.rig.ForwardingRegularizer;
import io.github.palimpsest.tck.rig.ForwardingTask;
import java.util.Map;
import java.util.TreeMap;

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
    return new ForwardingRegularizer() {
      @Override
      public BoundRegularizer regularizer() {
        return bound;
      }

      @Override
      public void afterTask(FinishedTask task) {
        bound.afterTask(new Seen(task));
      }
    };
  }

  private final class Seen implements ForwardingTask {
    private final FinishedTask task;

    Seen(FinishedTask task) {
      this.task = task;
    }

    @Override
    public FinishedTask task() {
      return task;
    }

    @Override
    public void remember(String name, WeightSnapshot value) {
      remembered.put(name, value);
      task.remember(name, value);
    }
  }
}
