package io.github.palimpsest.tck;

import io.github.palimpsest.api.merger.WeightMerger;
import io.github.palimpsest.api.merger.WeightMergerProvider;

/**
 * Every rule for a weight merger, as a test of its own. Extend it and say which one is meant:
 *
 * <pre>{@code
 * class AcmeKitTest extends WeightMergerKit {
 *   @Override protected WeightMergerProvider subject() { return new AcmeProvider(); }
 * }
 * }</pre>
 */
public abstract class WeightMergerKit extends ComponentKit<WeightMerger, WeightMergerProvider> {}
