package io.github.palimpsest.tck;

import io.github.palimpsest.api.probe.Probe;
import io.github.palimpsest.api.probe.ProbeProvider;

/**
 * Every rule for a probe, as a separate test. Extend it and name the provider:
 *
 * <pre>{@code
 * class AcmeKitTest extends ProbeKit {
 *   @Override protected ProbeProvider subject() { return new AcmeProvider(); }
 * }
 * }</pre>
 */
public abstract class ProbeKit extends ComponentKit<Probe, ProbeProvider> {}
