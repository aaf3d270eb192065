package io.github.palimpsest.tck;

import io.github.palimpsest.api.regularizer.Regularizer;
import io.github.palimpsest.api.regularizer.RegularizerProvider;

/**
 * Every rule for a regularizer, as a separate test. Extend it and name the provider:
 *
 * <pre>{@code
 * class AcmeKitTest extends RegularizerKit {
 *   @Override protected RegularizerProvider subject() { return new AcmeProvider(); }
 * }
 * }</pre>
 */
public abstract class RegularizerKit extends ComponentKit<Regularizer, RegularizerProvider> {}
