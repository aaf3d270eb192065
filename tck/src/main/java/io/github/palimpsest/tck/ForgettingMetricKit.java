package io.github.palimpsest.tck;

import io.github.palimpsest.api.metric.ForgettingMetric;
import io.github.palimpsest.api.metric.ForgettingMetricProvider;

/**
 * Every rule for a forgetting metric, as a separate test. Extend it and name the provider:
 *
 * <pre>{@code
 * class AcmeKitTest extends ForgettingMetricKit {
 *   @Override protected ForgettingMetricProvider subject() { return new AcmeProvider(); }
 * }
 * }</pre>
 */
public abstract class ForgettingMetricKit
    extends ComponentKit<ForgettingMetric, ForgettingMetricProvider> {}
