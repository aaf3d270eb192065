package io.github.palimpsest.api.model;

import io.github.palimpsest.api.component.Declared;

/** A {@link ModelFamilyProvider} as one value. */
record DeclaredModelFamily(Declared<ModelFamily> declared, String modelType)
    implements Declared.Stated<ModelFamily>, ModelFamilyProvider {}
