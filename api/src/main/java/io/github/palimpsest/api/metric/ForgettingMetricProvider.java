package io.github.palimpsest.api.metric;

import io.github.palimpsest.api.PalimpsestException;
import io.github.palimpsest.api.Stable;
import io.github.palimpsest.api.component.ComponentId;
import io.github.palimpsest.api.component.Kind;
import io.github.palimpsest.api.component.Provider;
import io.github.palimpsest.api.component.ProviderBuilder;

/** Provides a {@link ForgettingMetric}. */
@Stable(since = "0.1")
public interface ForgettingMetricProvider extends Provider<ForgettingMetric> {
  @Override
  default Kind kind() {
    return Kind.METRIC;
  }

  /**
   * Begins a metric's provider as one value.
   *
   * @param id the name in experiments and results
   * @param summary one line for listings
   * @param equation plain text, with the symbols that the settings use
   * @throws PalimpsestException if the id does not match the grammar of {@link ComponentId}
   */
  static ProviderBuilder<ForgettingMetric, ForgettingMetricProvider> of(
      String id, String summary, String equation) {
    return new ProviderBuilder<>(Kind.METRIC, id, summary, equation, DeclaredForgettingMetric::new);
  }
}
