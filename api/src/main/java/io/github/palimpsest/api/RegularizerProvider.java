package io.github.palimpsest.api;

/** Provides a {@link Regularizer}. */
@Stable(since = "0.1")
public interface RegularizerProvider extends Provider<Regularizer> {
  @Override
  default Kind kind() {
    return Kind.REGULARIZER;
  }

  /**
   * Begins a regularizer's provider as one value.
   *
   * @param id the name in recipes and results
   * @param summary one line for listings
   * @param equation plain text, with the symbols that the settings use
   * @throws PalimpsestException if the id does not match the grammar of {@link ComponentId}
   */
  static ProviderBuilder<Regularizer, RegularizerProvider> of(
      String id, String summary, String equation) {
    return new ProviderBuilder<>(
        Kind.REGULARIZER, id, summary, equation, Declared.OfRegularizer::new);
  }
}
