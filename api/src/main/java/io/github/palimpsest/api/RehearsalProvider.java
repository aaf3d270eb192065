package io.github.palimpsest.api;

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
    return new ProviderBuilder<>(Kind.REHEARSAL, id, summary, equation, Declared.OfRehearsal::new);
  }
}
