package io.github.palimpsest.tck;

import io.github.palimpsest.api.optimizer.Optimizer;
import io.github.palimpsest.api.optimizer.OptimizerProvider;

/**
 * Every rule for an optimizer, as a separate test. Extend it and name the provider:
 *
 * <pre>{@code
 * class AcmeKitTest extends OptimizerKit {
 *   @Override protected OptimizerProvider subject() { return new AcmeProvider(); }
 * }
 * }</pre>
 */
public abstract class OptimizerKit extends ComponentKit<Optimizer, OptimizerProvider> {}
