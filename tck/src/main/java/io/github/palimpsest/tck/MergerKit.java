package io.github.palimpsest.tck;

import io.github.palimpsest.api.merger.Merger;
import io.github.palimpsest.api.merger.MergerProvider;

/**
 * Every rule for a weight merger, as a separate test. Extend it and name the provider:
 *
 * <pre>{@code
 * class AcmeKitTest extends MergerKit {
 *   @Override protected MergerProvider subject() { return new AcmeProvider(); }
 * }
 * }</pre>
 */
public abstract class MergerKit extends ComponentKit<Merger, MergerProvider> {}
