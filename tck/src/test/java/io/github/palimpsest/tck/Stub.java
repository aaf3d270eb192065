package io.github.palimpsest.tck;

import io.github.palimpsest.api.adapter.Adapter;
import io.github.palimpsest.api.adapter.AdapterProvider;
import io.github.palimpsest.api.component.ComponentId;
import io.github.palimpsest.api.component.Cost;
import io.github.palimpsest.api.component.Kind;
import io.github.palimpsest.api.component.Onset;
import io.github.palimpsest.api.component.Promise;
import io.github.palimpsest.api.component.Provider;
import io.github.palimpsest.api.component.Setting;
import io.github.palimpsest.api.component.Settings;
import io.github.palimpsest.api.component.Traits;
import io.github.palimpsest.api.data.DataFormat;
import io.github.palimpsest.api.data.DataFormatProvider;
import io.github.palimpsest.api.measure.Measure;
import io.github.palimpsest.api.measure.MeasureProvider;
import io.github.palimpsest.api.merger.Merger;
import io.github.palimpsest.api.merger.MergerProvider;
import io.github.palimpsest.api.metric.ForgettingMetric;
import io.github.palimpsest.api.metric.ForgettingMetricProvider;
import io.github.palimpsest.api.model.ModelFamily;
import io.github.palimpsest.api.model.ModelFamilyProvider;
import io.github.palimpsest.api.optimizer.Optimizer;
import io.github.palimpsest.api.optimizer.OptimizerProvider;
import io.github.palimpsest.api.probe.Probe;
import io.github.palimpsest.api.probe.ProbeProvider;
import io.github.palimpsest.api.regularizer.Regularizer;
import io.github.palimpsest.api.regularizer.RegularizerProvider;
import io.github.palimpsest.api.rehearsal.Rehearsal;
import io.github.palimpsest.api.rehearsal.RehearsalProvider;
import io.github.palimpsest.api.tracker.Tracker;
import io.github.palimpsest.api.tracker.TrackerProvider;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Supplier;

/** Providers made of a function. */
public interface Stub<T> extends Provider<T> {
  Function<Settings, T> maker();

  Cost cost();

  /** What it promises: what is usual, if it does not say. */
  default Set<Promise> promised() {
    return Promise.usual(kind());
  }

  @Override
  default Set<Promise> promises(Settings settings) {
    return promised();
  }

  @Override
  default ComponentId id() {
    return new ComponentId("tck.stub");
  }

  @Override
  default String summary() {
    return "a stub";
  }

  @Override
  default String equation() {
    return "none";
  }

  default Onset onset() {
    return Onset.LATER_TASKS;
  }

  @Override
  default Traits traits(Settings settings) {
    return Traits.of(onset(), cost(), "nowhere");
  }

  @Override
  default T create(Settings settings) {
    return maker().apply(settings);
  }

  record OfOptimizer(
      Cost cost,
      List<Setting<?>> settings,
      Set<Promise> promised,
      Function<Settings, Optimizer> maker)
      implements Stub<Optimizer>, OptimizerProvider {}

  record OfRegularizer(
      Cost cost,
      Onset onset,
      List<Setting<?>> settings,
      Set<Promise> promised,
      Function<Settings, Regularizer> maker)
      implements Stub<Regularizer>, RegularizerProvider {
    OfRegularizer(
        Cost cost,
        List<Setting<?>> settings,
        Set<Promise> promised,
        Function<Settings, Regularizer> maker) {
      this(cost, Onset.LATER_TASKS, settings, promised, maker);
    }
  }

  record OfAdapter(
      Cost cost,
      List<Setting<?>> settings,
      Set<Promise> promised,
      Function<Settings, Adapter> maker)
      implements Stub<Adapter>, AdapterProvider {}

  record OfRehearsal(
      Cost cost,
      Onset onset,
      List<Setting<?>> settings,
      Set<Promise> promised,
      boolean corpus,
      Function<Settings, Rehearsal> maker)
      implements Stub<Rehearsal>, RehearsalProvider {
    /** At a cost that no rehearsal of the tests exceeds. */
    OfRehearsal(
        Onset onset,
        List<Setting<?>> settings,
        Set<Promise> promised,
        boolean corpus,
        Function<Settings, Rehearsal> maker) {
      this(Cost.passes(2), onset, settings, promised, corpus, maker);
    }

    OfRehearsal(List<Setting<?>> settings, Function<Settings, Rehearsal> maker) {
      this(Onset.LATER_TASKS, settings, Promise.usual(Kind.REHEARSAL), false, maker);
    }

    OfRehearsal at(Cost other) {
      return new OfRehearsal(other, onset, settings, promised, corpus, maker);
    }

    @Override
    public boolean usesCorpus(Settings s) {
      return corpus;
    }
  }

  record OfMerger(
      Cost cost, List<Setting<?>> settings, Set<Promise> promised, Function<Settings, Merger> maker)
      implements Stub<Merger>, MergerProvider {}

  record OfMeasure(Function<Settings, Measure> maker) implements Stub<Measure>, MeasureProvider {
    @Override
    public Cost cost() {
      return Cost.NONE;
    }

    @Override
    public List<Setting<?>> settings() {
      return List.of();
    }
  }

  record OfTracker(List<Setting<?>> settings, Function<Settings, Tracker> maker)
      implements Stub<Tracker>, TrackerProvider {
    @Override
    public Cost cost() {
      return Cost.NONE;
    }
  }

  record OfMetric(
      Cost cost,
      List<Setting<?>> settings,
      Set<Promise> promised,
      Function<Settings, ForgettingMetric> maker)
      implements Stub<ForgettingMetric>, ForgettingMetricProvider {}

  record OfFamily(String modelType, Supplier<ModelFamily> family)
      implements Stub<ModelFamily>, ModelFamilyProvider {
    @Override
    public Cost cost() {
      return Cost.NONE;
    }

    @Override
    public List<Setting<?>> settings() {
      return List.of();
    }

    @Override
    public Function<Settings, ModelFamily> maker() {
      return s -> family.get();
    }
  }

  record OfProbe(Cost cost, List<Setting<?>> settings, Function<Settings, Probe> maker)
      implements Stub<Probe>, ProbeProvider {}

  record OfFormat(Function<Settings, DataFormat> maker)
      implements Stub<DataFormat>, DataFormatProvider {
    @Override
    public Cost cost() {
      return Cost.NONE;
    }

    @Override
    public List<Setting<?>> settings() {
      return List.of();
    }
  }
}
