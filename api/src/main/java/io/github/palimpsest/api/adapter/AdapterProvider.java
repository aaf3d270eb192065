package io.github.palimpsest.api.adapter;

import io.github.palimpsest.api.PalimpsestException;
import io.github.palimpsest.api.Stable;
import io.github.palimpsest.api.component.ComponentId;
import io.github.palimpsest.api.component.Kind;
import io.github.palimpsest.api.component.Provider;
import io.github.palimpsest.api.component.ProviderBuilder;

/**
 * Provides an {@link Adapter}; a provider that can read adapters of PEFT has the capability {@link
 * PeftReader}.
 */
@Stable(since = "0.1")
public interface AdapterProvider extends Provider<Adapter> {
  @Override
  default Kind kind() {
    return Kind.ADAPTER;
  }

  /**
   * Begins an adapter's provider as one value.
   *
   * @param id the name in recipes and results
   * @param summary one line for listings
   * @param equation plain text, with the symbols that the settings use
   * @throws PalimpsestException if the id does not match the grammar of {@link ComponentId}
   */
  static ProviderBuilder<Adapter, AdapterProvider> of(String id, String summary, String equation) {
    return new ProviderBuilder<>(Kind.ADAPTER, id, summary, equation, DeclaredAdapter::new);
  }
}
