package io.github.palimpsest.api;

import io.github.palimpsest.api.adapter.AdapterProvider;
import io.github.palimpsest.api.data.DataFormatProvider;
import io.github.palimpsest.api.measure.MeasureProvider;
import io.github.palimpsest.api.merger.MergerProvider;
import io.github.palimpsest.api.metric.ForgettingMetricProvider;
import io.github.palimpsest.api.model.ModelFamilyProvider;
import io.github.palimpsest.api.optimizer.OptimizerProvider;
import io.github.palimpsest.api.probe.ProbeProvider;
import io.github.palimpsest.api.regularizer.RegularizerProvider;
import io.github.palimpsest.api.rehearsal.RehearsalProvider;
import io.github.palimpsest.api.tracker.TrackerProvider;
import java.util.List;

/**
 * The components of a plugin JAR. It is the only service type: name the implementing class in
 * {@code META-INF/services/io.github.palimpsest.api.Plugin}, give it a public no-argument
 * constructor, and override the lists of the kinds that you offer.
 *
 * <p>Rules: SPI-01 (registered, constructible), SPI-05 (loading touches no native library, file or
 * thread). A plugin that offers nothing is an error.
 *
 * <pre>{@code
 * public final class AcmePlugin implements Plugin {
 *   @Override public String name() { return "acme-optimizers"; }
 *   @Override public List<OptimizerProvider> optimizers() { return List.of(new AcmeSignProvider()); }
 * }
 * }</pre>
 */
@Stable(since = "0.1")
public interface Plugin {
  /** A name for people, shown in listings and in every result. */
  String name();

  /** The optimizers of this plugin. */
  default List<OptimizerProvider> optimizers() {
    return List.of();
  }

  /** The adapters of this plugin. */
  default List<AdapterProvider> adapters() {
    return List.of();
  }

  /** The regularizers of this plugin. */
  default List<RegularizerProvider> regularizers() {
    return List.of();
  }

  /** The rehearsal strategies of this plugin. */
  default List<RehearsalProvider> rehearsals() {
    return List.of();
  }

  /** The weight mergers of this plugin. */
  default List<MergerProvider> mergers() {
    return List.of();
  }

  /** The forgetting metrics of this plugin. */
  default List<ForgettingMetricProvider> metrics() {
    return List.of();
  }

  /** The probes of this plugin. */
  default List<ProbeProvider> probes() {
    return List.of();
  }

  /** The model families of this plugin. */
  default List<ModelFamilyProvider> families() {
    return List.of();
  }

  /** The data formats of this plugin. */
  default List<DataFormatProvider> formats() {
    return List.of();
  }

  /** The measures of this plugin. */
  default List<MeasureProvider> measures() {
    return List.of();
  }

  /** The trackers of this plugin. */
  default List<TrackerProvider> trackers() {
    return List.of();
  }
}
