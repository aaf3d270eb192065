package io.github.palimpsest.engine;

import io.github.palimpsest.engine.weights.ParameterStore;

/** Variables that a step's micro-batches are summed in. */
record Accumulators(ParameterStore store, String prefix) {}
