package io.github.palimpsest.metrics;

import io.github.palimpsest.api.ComponentId;
import io.github.palimpsest.api.Cost;
import io.github.palimpsest.api.ForgettingMetric;
import io.github.palimpsest.api.ForgettingMetricProvider;
import io.github.palimpsest.api.Onset;
import io.github.palimpsest.api.Promise;
import io.github.palimpsest.api.Setting;
import io.github.palimpsest.api.Settings;
import io.github.palimpsest.api.Traits;
import java.util.List;
import java.util.Set;
import java.util.function.Function;

/**
 * A provider written as one value, beside the metric that it creates.
 *
 * @param id the name in experiments
 * @param summary one line for listings
 * @param equation the metric in plain text; T is the last task
 * @param settings in reading order
 * @param reference where the metric comes from
 * @param promised what the metric promises
 * @param maker creates the metric
 */
record MetricEntry(
    ComponentId id,
    String summary,
    String equation,
    List<Setting<?>> settings,
    String reference,
    Set<Promise> promised,
    Function<Settings, ForgettingMetric> maker)
    implements ForgettingMetricProvider {

  @Override
  public Traits traits(Settings values) {
    return Traits.of(Onset.AFTER_TRAINING, Cost.NONE, reference);
  }

  @Override
  public Set<Promise> promises(Settings values) {
    return promised;
  }

  @Override
  public ForgettingMetric create(Settings values) {
    return maker.apply(values);
  }
}
