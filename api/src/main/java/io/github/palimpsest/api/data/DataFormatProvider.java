package io.github.palimpsest.api.data;

import io.github.palimpsest.api.Experimental;
import io.github.palimpsest.api.PalimpsestException;
import io.github.palimpsest.api.component.ComponentId;
import io.github.palimpsest.api.component.Kind;
import io.github.palimpsest.api.component.Provider;
import io.github.palimpsest.api.component.ProviderBuilder;

/** Provides a {@link DataFormat}. */
@Experimental(since = "0.1")
public interface DataFormatProvider extends Provider<DataFormat> {
  @Override
  default Kind kind() {
    return Kind.FORMAT;
  }

  /**
   * Begins a format's provider as one value.
   *
   * @param id the name in experiments, as in {@code format: chat}
   * @param summary one line for listings
   * @param equation the text to read and the text to learn, in plain text, with the keys
   * @throws PalimpsestException if the id does not match the grammar of {@link ComponentId}
   */
  static ProviderBuilder<DataFormat, DataFormatProvider> of(
      String id, String summary, String equation) {
    return new ProviderBuilder<>(Kind.FORMAT, id, summary, equation, DeclaredFormat::new);
  }
}
