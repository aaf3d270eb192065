package io.github.palimpsest.api;

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
    return new ProviderBuilder<>(Kind.METRIC, id, summary, equation, Declared.OfMetric::new);
  }
}
