package io.github.palimpsest.tck;

import io.github.palimpsest.api.data.DataFormat;
import io.github.palimpsest.api.data.DataFormatProvider;

/**
 * Every rule for a data format, as a separate test. Extend it and name the provider:
 *
 * <pre>{@code
 * class AcmeKitTest extends DataFormatKit {
 *   @Override protected DataFormatProvider subject() { return new AcmeProvider(); }
 * }
 * }</pre>
 */
public abstract class DataFormatKit extends ComponentKit<DataFormat, DataFormatProvider> {}
