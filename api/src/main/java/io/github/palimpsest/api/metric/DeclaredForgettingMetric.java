package io.github.palimpsest.api.metric;

import io.github.palimpsest.api.component.Declared;

/** A {@link ForgettingMetricProvider} as one value. */
record DeclaredForgettingMetric(Declared<ForgettingMetric> declared)
    implements Declared.Stated<ForgettingMetric>, ForgettingMetricProvider {}
