package acme;

import static acme.Mood.in;

import io.github.palimpsest.api.adapter.AdapterProvider;
import io.github.palimpsest.api.metric.ForgettingMetricProvider;
import io.github.palimpsest.api.optimizer.OptimizerProvider;
import io.github.palimpsest.api.Plugin;
import io.github.palimpsest.api.probe.ProbeProvider;
import io.github.palimpsest.api.regularizer.RegularizerProvider;
import io.github.palimpsest.api.rehearsal.RehearsalProvider;
import io.github.palimpsest.api.merger.MergerProvider;
import java.util.List;

/** Has one component, of the kind that its mood names. */
public final class MoodyPlugin implements Plugin {
  public MoodyPlugin() {
    in("constructor", "");
  }

  public String name() {
    return in("name", "acme-moody");
  }

  private static <T> List<T> of(String kind, T provider) {
    return Mood.kind().equals(kind) ? in("components", List.of(provider)) : List.of();
  }

  public List<OptimizerProvider> optimizers() {
    return of("optimizer", new MoodyOptimizer());
  }

  public List<AdapterProvider> adapters() {
    return of("adapter", new MoodyAdapter());
  }

  public List<RegularizerProvider> regularizers() {
    return of("regularizer", new MoodyRegularizer());
  }

  public List<RehearsalProvider> rehearsals() {
    return of("rehearsal", new MoodyRehearsal());
  }

  public List<MergerProvider> mergers() {
    return of("merger", new MoodyMerger());
  }

  public List<ForgettingMetricProvider> metrics() {
    return of("metric", new MoodyMetric());
  }

  public List<ProbeProvider> probes() {
    return of("probe", new MoodyProbe());
  }
}
