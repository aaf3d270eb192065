package io.github.palimpsest.tck;

import io.github.palimpsest.api.measure.Measure;
import io.github.palimpsest.api.measure.MeasureProvider;

/**
 * Every rule for a measure, as a separate test. Extend it and name the provider:
 *
 * <pre>{@code
 * class AcmeKitTest extends MeasureKit {
 *   @Override protected MeasureProvider subject() { return AcmeF1.PROVIDER; }
 * }
 * }</pre>
 */
public abstract class MeasureKit extends ComponentKit<Measure, MeasureProvider> {}
