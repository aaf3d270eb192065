package io.github.palimpsest.api.merger;

import io.github.palimpsest.api.PalimpsestException;
import io.github.palimpsest.api.Stable;
import io.github.palimpsest.api.component.ComponentId;
import io.github.palimpsest.api.component.Kind;
import io.github.palimpsest.api.component.Provider;
import io.github.palimpsest.api.component.ProviderBuilder;

/** Provides a {@link Merger}. */
@Stable(since = "0.1")
public interface MergerProvider extends Provider<Merger> {
  @Override
  default Kind kind() {
    return Kind.MERGER;
  }

  /**
   * Begins a merger's provider as one value.
   *
   * @param id the name in recipes and results
   * @param summary one line for listings
   * @param equation plain text, with the symbols that the settings use
   * @throws PalimpsestException if the id does not match the grammar of {@link ComponentId}
   */
  static ProviderBuilder<Merger, MergerProvider> of(String id, String summary, String equation) {
    return new ProviderBuilder<>(Kind.MERGER, id, summary, equation, DeclaredMerger::new);
  }
}
