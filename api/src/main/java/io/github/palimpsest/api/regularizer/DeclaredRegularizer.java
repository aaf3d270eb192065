package io.github.palimpsest.api.regularizer;

import io.github.palimpsest.api.component.Declared;

/** A {@link RegularizerProvider} as one value. */
record DeclaredRegularizer(Declared<Regularizer> declared)
    implements Declared.Stated<Regularizer>, RegularizerProvider {}
