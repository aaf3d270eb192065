package io.github.palimpsest.api.measure;

import io.github.palimpsest.api.Experimental;
import io.github.palimpsest.api.PalimpsestException;
import io.github.palimpsest.api.component.Cost;
import io.github.palimpsest.api.component.Kind;
import io.github.palimpsest.api.component.Onset;
import io.github.palimpsest.api.component.Provider;
import io.github.palimpsest.api.component.ProviderBuilder;
import io.github.palimpsest.api.component.Traits;

/** Provides a {@link Measure}. An experiment file names it by its id: {@code measure: ID}. */
@Experimental(since = "0.1")
public interface MeasureProvider extends Provider<Measure> {
  @Override
  default Kind kind() {
    return Kind.MEASURE;
  }

  /**
   * Begins a measure's provider as one value.
   *
   * @param id the name in experiment files and results
   * @param summary one line for listings
   * @param equation plain text, with the symbols that the settings use
   * @param references the sources of the measure: author, year, arXiv id
   * @throws PalimpsestException if the id does not match the grammar of {@link
   *     io.github.palimpsest.api.component.ComponentId}
   */
  static ProviderBuilder<Measure, MeasureProvider> of(
      String id, String summary, String equation, String... references) {
    return new ProviderBuilder<Measure, MeasureProvider>(
            Kind.MEASURE, id, summary, equation, DeclaredMeasure::new)
        .traits(Traits.of(Onset.AFTER_TRAINING, Cost.NONE, references));
  }
}
