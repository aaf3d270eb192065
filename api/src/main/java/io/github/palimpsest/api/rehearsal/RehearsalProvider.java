package io.github.palimpsest.api.rehearsal;

import io.github.palimpsest.api.PalimpsestException;
import io.github.palimpsest.api.Stable;
import io.github.palimpsest.api.component.ComponentId;
import io.github.palimpsest.api.component.Kind;
import io.github.palimpsest.api.component.Provider;
import io.github.palimpsest.api.component.ProviderBuilder;

/** Provides a {@link Rehearsal}. */
@Stable(since = "0.1")
public interface RehearsalProvider extends Provider<Rehearsal> {
  @Override
  default Kind kind() {
    return Kind.REHEARSAL;
  }

  /**
   * Begins a rehearsal's provider as one value.
   *
   * @param id the name in recipes and results
   * @param summary one line for listings
   * @param equation plain text, with the symbols that the settings use
   * @throws PalimpsestException if the id does not match the grammar of {@link ComponentId}
   */
  static ProviderBuilder<Rehearsal, RehearsalProvider> of(
      String id, String summary, String equation) {
    return new ProviderBuilder<>(Kind.REHEARSAL, id, summary, equation, DeclaredRehearsal::new);
  }
}
