package io.github.palimpsest.api.optimizer;

import io.github.palimpsest.api.component.Declared;

/** An {@link OptimizerProvider} as one value. */
record DeclaredOptimizer(Declared<Optimizer> declared)
    implements Declared.Stated<Optimizer>, OptimizerProvider {}
