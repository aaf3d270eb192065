package io.github.palimpsest.api.optimizer;

import io.github.palimpsest.api.PalimpsestException;
import io.github.palimpsest.api.Stable;
import io.github.palimpsest.api.component.ComponentId;
import io.github.palimpsest.api.component.Kind;
import io.github.palimpsest.api.component.Provider;
import io.github.palimpsest.api.component.ProviderBuilder;

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
    return new ProviderBuilder<>(Kind.OPTIMIZER, id, summary, equation, DeclaredOptimizer::new);
  }
}
