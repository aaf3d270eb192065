package io.github.palimpsest.api.model;

import io.github.palimpsest.api.Experimental;
import io.github.palimpsest.api.PalimpsestException;
import io.github.palimpsest.api.component.ComponentId;
import io.github.palimpsest.api.component.Kind;
import io.github.palimpsest.api.component.Provider;
import io.github.palimpsest.api.component.ProviderBuilder;

/** Provides a {@link ModelFamily}. */
@Experimental(since = "0.1")
public interface ModelFamilyProvider extends Provider<ModelFamily> {
  @Override
  default Kind kind() {
    return Kind.FAMILY;
  }

  /** The {@code model_type} in {@code config.json} that this family reads; unique (FAM-01). */
  String modelType();

  /**
   * Begins a family's provider as one value. A family has no settings.
   *
   * @param id the name in listings and certificates
   * @param modelType as in {@link #modelType()}
   * @param summary one line for listings
   * @param equation the function of a layer, in plain text
   * @throws PalimpsestException if the id does not match the grammar of {@link ComponentId}
   */
  static ProviderBuilder<ModelFamily, ModelFamilyProvider> of(
      String id, String modelType, String summary, String equation) {
    return new ProviderBuilder<>(
        Kind.FAMILY,
        id,
        summary,
        equation,
        declared -> new DeclaredModelFamily(declared, modelType));
  }
}
