package io.github.palimpsest.tck;

import io.github.palimpsest.api.adapter.Adapter;
import io.github.palimpsest.api.adapter.AdapterProvider;

/**
 * Every rule for an adapter, as a separate test. Extend it and name the provider:
 *
 * <pre>{@code
 * class AcmeKitTest extends AdapterKit {
 *   @Override protected AdapterProvider subject() { return new AcmeProvider(); }
 * }
 * }</pre>
 */
public abstract class AdapterKit extends ComponentKit<Adapter, AdapterProvider> {}
