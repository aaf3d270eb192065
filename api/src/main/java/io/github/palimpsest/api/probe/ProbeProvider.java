package io.github.palimpsest.api.probe;

import io.github.palimpsest.api.PalimpsestException;
import io.github.palimpsest.api.Stable;
import io.github.palimpsest.api.component.ComponentId;
import io.github.palimpsest.api.component.Kind;
import io.github.palimpsest.api.component.Provider;
import io.github.palimpsest.api.component.ProviderBuilder;

/** Provides a {@link Probe}. */
@Stable(since = "0.1")
public interface ProbeProvider extends Provider<Probe> {
  @Override
  default Kind kind() {
    return Kind.PROBE;
  }

  /**
   * Begins a probe's provider as one value.
   *
   * @param id the name in experiments and results
   * @param summary one line for listings
   * @param equation plain text, with the symbols that the settings use
   * @throws PalimpsestException if the id does not match the grammar of {@link ComponentId}
   */
  static ProviderBuilder<Probe, ProbeProvider> of(String id, String summary, String equation) {
    return new ProviderBuilder<>(Kind.PROBE, id, summary, equation, DeclaredProbe::new);
  }
}
