package io.github.palimpsest.api.merger;

import io.github.palimpsest.api.component.Declared;

/** A {@link MergerProvider} as one value. */
record DeclaredMerger(Declared<Merger> declared)
    implements Declared.Stated<Merger>, MergerProvider {}
