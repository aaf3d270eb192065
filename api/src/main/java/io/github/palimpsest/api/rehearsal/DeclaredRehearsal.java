package io.github.palimpsest.api.rehearsal;

import io.github.palimpsest.api.component.Declared;

/** A {@link RehearsalProvider} as one value. */
record DeclaredRehearsal(Declared<Rehearsal> declared)
    implements Declared.Stated<Rehearsal>, RehearsalProvider {}
