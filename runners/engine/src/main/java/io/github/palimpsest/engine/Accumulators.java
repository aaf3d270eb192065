package io.github.palimpsest.engine;

import io.github.palimpsest.engine.weights.ParameterStore;

/** The variables that sum over a step's micro-batches. */
record Accumulators(ParameterStore store, String prefix) {}
