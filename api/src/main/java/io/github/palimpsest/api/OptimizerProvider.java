package io.github.palimpsest.api;

/** Provides an {@link Optimizer}. */
@Stable(since = "0.1")
public interface OptimizerProvider extends Provider<Optimizer> {
  @Override
  default Kind kind() {
    return Kind.OPTIMIZER;
  }

  /**
   * Begins an optimizer's provider as one value.
   *
   * @param id the name in recipes and results
   * @param summary one line for listings
   * @param equation plain text, with the symbols that the settings use
   * @throws PalimpsestException if the id does not match the grammar of {@link ComponentId}
   */
  static ProviderBuilder<Optimizer, OptimizerProvider> of(
      String id, String summary, String equation) {
    return new ProviderBuilder<>(Kind.OPTIMIZER, id, summary, equation, Declared.OfOptimizer::new);
  }
}
