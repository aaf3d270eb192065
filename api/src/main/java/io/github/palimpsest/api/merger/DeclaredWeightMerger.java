package io.github.palimpsest.api.merger;

import io.github.palimpsest.api.component.Declared;

/** A {@link WeightMergerProvider} as one value. */
record DeclaredWeightMerger(Declared<WeightMerger> declared)
    implements Declared.Stated<WeightMerger>, WeightMergerProvider {}
