package io.github.palimpsest.tck;

import io.github.palimpsest.api.rehearsal.Rehearsal;
import io.github.palimpsest.api.rehearsal.RehearsalProvider;

/**
 * Every rule for a rehearsal strategy, as a separate test. Extend it and name the provider:
 *
 * <pre>{@code
 * class AcmeKitTest extends RehearsalKit {
 *   @Override protected RehearsalProvider subject() { return new AcmeProvider(); }
 * }
 * }</pre>
 */
public abstract class RehearsalKit extends ComponentKit<Rehearsal, RehearsalProvider> {}
